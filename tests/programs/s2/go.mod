module vole.test/s2

go 1.26

require github.com/klauspost/compress v1.20.4
