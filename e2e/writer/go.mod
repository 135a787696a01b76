module portolan.io/e2e/writer

go 1.26
