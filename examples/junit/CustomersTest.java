import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CustomersTest {
  @RegisterExtension
  static final Truetape replay = new Truetape(Path.of("../../cassettes/library/sandbox/tour.yaml"));

  @Test
  void allPagesAreRead(URI url) throws Exception {
    assertEquals(7, new Customers(url).ids(3).size());
  }

  @Test
  void anUnknownCustomerIsNone(URI url) throws Exception {
    assertEquals(Optional.empty(), new Customers(url).find("cus_nope"));
  }

  @Test
  void anotherTestHasTheSameAnswersToItself(URI url) throws Exception {
    assertEquals(7, new Customers(url).ids(3).size());
  }
}
