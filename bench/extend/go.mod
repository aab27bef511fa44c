module example.com/extend

go 1.26
