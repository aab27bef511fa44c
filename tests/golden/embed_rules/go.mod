module ex.test/embed

go 1.26
