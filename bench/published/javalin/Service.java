// The JSON service of bench/published.py in Java, with Javalin: java -jar service.jar PORT
import io.javalin.Javalin;
import java.util.List;

public class Service {
    public record Item(int id, String name, double price, List<String> tags) {}

    public record Line(String product, int quantity, double price) {}

    public record Order(int id, String customer, boolean paid, double total, List<Line> lines) {
        Order added() {
            double sum = 0;
            for (Line l : lines) sum += l.quantity() * l.price();
            return new Order(id, customer, paid, sum, lines);
        }
    }

    public static void main(String[] args) {
        Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/items/{id}", c -> {
                int id = Integer.parseInt(c.pathParam("id"));
                c.json(new Item(id, "item " + id, id + 0.5, List.of("new", "small")));
            });
            config.routes.post("/orders", c -> c.json(c.bodyAsClass(Order.class).added()));
        }).start("127.0.0.1", Integer.parseInt(args[0]));
    }
}
