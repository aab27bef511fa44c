module x.org/trace

go 1.26
