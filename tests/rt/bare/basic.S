// basic.S - a function that goroutines call, with the runtime's own macros.
#include "arch/amd64/gosys.h"
GO_SYS "test.done", test_done
GO_SYS "test.waitall", test_waitall
GO_SYS "test.checklist", test_checklist
GO_SYS "test.start", test_start
GO_SYS "test.next", test_next
GO_SYS "test.gotpanic", test_gotpanic
.section .note.GNU-stack,"",@progbits
