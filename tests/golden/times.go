package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.Date(2024, time.February, 29, 23, 59, 58, 123456789, time.UTC)
	fmt.Println(t, t.Weekday(), t.YearDay(), t.Unix(), t.UnixNano())
	for _, l := range []string{time.ANSIC, time.RFC822Z, time.RFC1123, time.RFC3339, time.RFC3339Nano, time.Kitchen, time.StampMicro, "02/01/06 15h04.000", time.DateTime} {
		fmt.Println(t.Format(l))
	}
	fmt.Println(t.Add(2*time.Second), t.AddDate(1, 0, 0), t.AddDate(0, 1, 1), t.Truncate(time.Hour), t.Round(time.Minute))
	z := time.FixedZone("XYZ", -5*3600-1800)
	fmt.Println(t.In(z), t.In(z).Equal(t), t.In(z) == t)
	p, err := time.Parse(time.RFC3339, "2006-01-02T15:04:05+07:00")
	fmt.Println(p.UTC(), err)
	_, err = time.Parse(time.DateOnly, "2023-02-30")
	fmt.Println(err)
	_, err = time.Parse("15:04", "25:00")
	fmt.Println(err)
	d, err := time.ParseDuration("1h15m30.918s")
	fmt.Println(d, err, d.Seconds(), d.Round(time.Minute), d.Truncate(time.Hour), time.Duration(0), time.Duration(999), time.Duration(-1500))
	_, err = time.ParseDuration("1x")
	fmt.Println(err)
	y, w := time.Date(2021, 1, 3, 0, 0, 0, 0, time.UTC).ISOWeek()
	fmt.Println(y, w, t.Sub(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)), time.Unix(1e9, 5).UTC(), time.Time{}.IsZero(), time.Time{})
	b, _ := t.MarshalJSON()
	var u time.Time
	fmt.Println(string(b), u.UnmarshalJSON(b), u.Equal(t), u.Before(t), t.After(time.Time{}), t.Compare(u))
	start := time.Now()
	time.Sleep(3 * time.Millisecond)
	e := time.Since(start)
	fmt.Println(e >= 3*time.Millisecond, e < 20*time.Second, time.Until(start) < 0)
	timer := time.NewTimer(time.Hour)
	fmt.Println(timer.Reset(time.Millisecond))
	<-timer.C
	fmt.Println(timer.Stop(), time.March, time.Saturday, time.Month(13))
	began := time.Now()
	in := make(chan bool, 3)
	for _, i := range []int{3, 1, 2} {
		after := time.Duration(i) * 20 * time.Millisecond
		time.AfterFunc(after, func() { in <- time.Since(began) >= after })
	}
	fmt.Println(<-in, <-in, <-in) // in which order they run is not said: each has a goroutine
}
