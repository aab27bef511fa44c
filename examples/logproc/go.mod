module example.com/logproc

go 1.26
