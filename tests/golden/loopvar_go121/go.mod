module ex.com/loopvar

go 1.21
