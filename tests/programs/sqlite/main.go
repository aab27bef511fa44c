// sqlite: the translated SQLite through database/sql: tables, indexes, transactions, JSON, full text, window functions.
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "modernc.org/sqlite"
)

func must(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func show(db *sql.DB, query string, args ...any) {
	rows, err := db.Query(query, args...)
	must(err)
	defer rows.Close()
	cols, _ := rows.Columns()
	for rows.Next() {
		vals := make([]any, len(cols))
		ptrs := make([]any, len(cols))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		must(rows.Scan(ptrs...))
		fmt.Println(vals...)
	}
	must(rows.Err())
}

func main() {
	db, err := sql.Open("sqlite", "t.db")
	must(err)
	_, err = db.Exec(`create table t(id integer primary key, name text, v real); create index i on t(name);
		create virtual table f using fts5(body)`)
	must(err)
	tx, err := db.Begin()
	must(err)
	for i := range 2000 {
		_, err = tx.Exec("insert into t(name, v) values(?, ?)", fmt.Sprint("n", i%17), float64(i)/7)
		must(err)
	}
	_, err = tx.Exec("insert into f values('the quick brown fox'), ('lazy dogs sleep')")
	must(err)
	must(tx.Commit())
	show(db, "select name, count(*), round(sum(v), 3) from t group by name order by 3 desc limit 5")
	show(db, "select id, sum(v) over (order by id rows 2 preceding) from t limit 4")
	show(db, `select json_extract('{"a":[1,2,{"b":"x"}]}', '$.a[2].b'), hex(zeroblob(2)), strftime('%Y', 0, 'unixepoch')`)
	show(db, "select body from f where f match 'quick OR sleep' order by rank, body")
	show(db, "explain query plan select * from t where name = 'n3'")
	show(db, "pragma integrity_check")
	_, err = db.Exec("insert into t(id) values(1)")
	fmt.Println(err)
	must(db.Close())
}
