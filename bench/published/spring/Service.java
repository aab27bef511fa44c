// The JSON service of bench/published.py in Java, with Spring Boot: java -jar service.jar PORT
package published;

import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
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

    @GetMapping("/items/{id}")
    public Item item(@PathVariable("id") int id) {
        return new Item(id, "item " + id, id + 0.5, List.of("new", "small"));
    }

    @PostMapping("/orders")
    public Order order(@RequestBody Order order) {
        return order.added();
    }

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(Service.class);
        application.setDefaultProperties(Map.of("server.port", args[0], "server.address", "127.0.0.1"));
        application.run();
    }
}
