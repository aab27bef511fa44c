// Threads of Java that wait, for bench/published.py, as parked.go does it with goroutines: java Parked N platform|virtual
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;

public class Parked {
    // Virtual threads are asked for by name, so that a Java without them compiles this too.
    static ThreadFactory factory(String kind) throws Exception {
        if (kind.equals("platform")) return Thread::new;
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        return (ThreadFactory) Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    }

    public static void main(String[] args) {
        try {
            park(args);
        } catch (Throwable e) { // without this, those that wait already would keep it running
            System.err.println(e);
            System.exit(1);
        }
    }

    static void park(String[] args) throws Exception {
        int n = Integer.parseInt(args[0]);
        ThreadFactory factory = factory(args[1]);
        CountDownLatch started = new CountDownLatch(n), end = new CountDownLatch(1);
        Thread[] threads = new Thread[n];
        System.gc();
        System.out.println("ready");
        System.in.read();
        for (int i = 0; i < n; i++) {
            threads[i] = factory.newThread(() -> {
                started.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                }
            });
            threads[i].start();
        }
        started.await();
        System.gc();
        System.out.println("parked");
        System.in.read();
        System.exit(0);
    }
}
