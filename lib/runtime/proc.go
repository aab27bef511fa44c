package runtime

// Until the scheduler's Go side takes this file over.
func Gosched()
func LockOSThread()
func UnlockOSThread()
