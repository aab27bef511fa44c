package main

func main() { panic("boom\nsecond line") }
