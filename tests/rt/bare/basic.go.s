# basic.go.s - stack growth with pointers into the stack, goroutines, parking, allocation under collection.
	.text
# func down(n, p *int): *p is the caller's slot; returns depth
func test.down frame=40 regs=2
	movq %rdi, 0(%rsp)        # n
	movq %rsi, 8(%rsp)        # p, pointer
	movq %rdi, 24(%rsp)       # own slot
	testq %rdi, %rdi
	jz 1f
	leaq -1(%rdi), %rdi
	leaq 24(%rsp), %rax
	movq %rax, 16(%rsp)       # pointer to own slot, kept over the call
	movq %rax, %rsi
	call test.down map=8,16
	movq 0(%rsp), %rcx
	movq 16(%rsp), %rdx
	cmpq %rcx, (%rdx)         # still our slot
	jne 2f
	movq 8(%rsp), %rdx
	leaq 1(%rcx), %rcx
	cmpq %rcx, (%rdx)         # the caller's slot holds n+1
	jne 2f
1:	movq 0(%rsp), %rax
	ret
2:	ud2
end
func test.rundown frame=24
	movq %rdi, 0(%rsp)
	leaq 1(%rdi), %rax
	movq %rax, 8(%rsp)
	leaq 8(%rsp), %rsi
	call test.down
	ret
end
# goroutine body: counts, yields, counts again. closure: {code, *counter}
func test.counter frame=24
	movq 8(%r10), %rax
	movq %rax, 0(%rsp)
	movq $100, 8(%rsp)
1:	movq 0(%rsp), %rax
	lock incq (%rax)
	call runtime.Gosched map=0
	decq 8(%rsp)
	jnz 1b
	movq 0(%rsp), %rdi
	call test.done map=
	ret
end
func test.sleeper frame=24
	movq $2000000, %rdi
	call time.Sleep
	call test.done
	ret
end
# builds a list of n nodes {next, value}; garbage in between; returns head
func test.list frame=56
	movq %rdi, 0(%rsp)
	movq $0, 8(%rsp)          # head
1:	leaq node_type(%rip), %rdi
	call runtime.newobject map=8
	movq 8(%rsp), %rcx
	movq %rcx, (%rax)
	movq 0(%rsp), %rcx
	movq %rcx, 8(%rax)
	movq %rax, 8(%rsp)
	leaq big_type(%rip), %rdi # garbage of 1000 bytes with pointers
	call runtime.newobject map=8
	movq 8(%rsp), %rcx
	movq %rcx, 8(%rax)
	leaq byte_type(%rip), %rdi
	movq $5, %rsi
	movq $5, %rdx
	call runtime.makeslice map=8
	decq 0(%rsp)
	jnz 1b
	movq 8(%rsp), %rax
	ret
end
func test.lister frame=24
	movq $20000, %rdi
	call test.list
	movq %rax, %rdi
	call test.checklist
	call test.done
	ret
end
# runs without calls until preempted: *flag becomes non-zero
func test.spinner frame=8
	movq 8(%r10), %rax
1:	cmpq $0, (%rax)
	je 1b
	call test.done
	ret
end
func test.nilderef frame=8
	xorl %eax, %eax
	movq 8(%rax), %rax
	ret
end
func runtime.sigpanic frame=8
	call test.gotpanic
	ret
end
func runtime.main frame=24
	call test.start
1:	movq %rax, 8(%rsp)
	movq %rax, %r10
	testq %rax, %rax
	jz 2f
	movq 8(%rax), %rdi
	call *(%r10)
	movq %rax, %rdi
	call test.next
	jmp 1b
2:	call test.start
	ret
end
func runtime.growslicepanic frame=8
	ud2
end
func runtime.newarraypanic frame=8
	ud2
end
func runtime.panicmakeslicelen frame=8
	ud2
end
func runtime.panicmakeslicecap frame=8
	ud2
end
func reflect.callReflect frame=8
	ud2
end
func reflect.callMethod frame=8
	ud2
end
func reflect.moveMakeFuncArgPtrs frame=8
	ud2
end
func runtime.unreachableMethod frame=8
	ud2
end
