module st

go 1.26
