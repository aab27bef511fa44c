module tb

go 1.26
