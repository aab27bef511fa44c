module line_tables

go 1.24
