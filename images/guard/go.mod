module portolan.io/guard

go 1.26
