// A service with Gin: JSON in and out, parameters of the path, middleware, validation. PORT names the port.
package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"
)

type Item struct {
	ID    int      `json:"id"`
	Name  string   `json:"name" binding:"required,max=40"`
	Price float64  `json:"price" binding:"gte=0"`
	Tags  []string `json:"tags,omitempty"`
}

type store struct {
	mu    sync.RWMutex
	items []Item
}

func (s *store) get(id int) (Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if id < 1 || id > len(s.items) {
		return Item{}, errors.New("no such item")
	}
	return s.items[id-1], nil
}

func (s *store) add(it Item) Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	it.ID = len(s.items) + 1
	s.items = append(s.items, it)
	return it
}

func router(s *store) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(gin.Recovery(), func(c *gin.Context) {
		c.Header("X-Service", "vole")
		c.Next()
	})
	r.GET("/ping", func(c *gin.Context) { c.String(http.StatusOK, "pong") })
	r.GET("/items/:id", func(c *gin.Context) {
		id, _ := strconv.Atoi(c.Param("id"))
		it, err := s.get(id)
		if err != nil {
			c.JSON(http.StatusNotFound, gin.H{"error": err.Error()})
			return
		}
		c.JSON(http.StatusOK, it)
	})
	r.POST("/items", func(c *gin.Context) {
		var it Item
		if err := c.ShouldBindJSON(&it); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		c.JSON(http.StatusCreated, s.add(it))
	})
	r.GET("/panic", func(*gin.Context) { panic("on purpose") })
	return r
}

func main() {
	s := &store{}
	for i := range 10 {
		s.add(Item{Name: fmt.Sprint("item ", i+1), Price: float64(i) * 1.5, Tags: []string{"a", "b"}})
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("listening on", l.Addr())
	if err := http.Serve(l, router(s)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
