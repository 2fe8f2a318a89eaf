import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client as one writes it: the code under test. */
final class Customers {
  private static final Pattern ID = Pattern.compile("\"id\":\"(cus_[^\"]+)\"");
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI base;

  Customers(URI base) {
    this.base = base;
  }

  List<String> ids(int limit) throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    String after = "";
    while (true) {
      String page = get("/v1/customers?limit=" + limit + after).body();
      Matcher id = ID.matcher(page);
      while (id.find()) {
        ids.add(id.group(1));
      }
      if (!page.contains("\"has_more\":true")) {
        return ids;
      }
      after = "&starting_after=" + ids.get(ids.size() - 1);
    }
  }

  Optional<String> find(String customer) throws IOException, InterruptedException {
    HttpResponse<String> answer = get("/v1/customers/" + customer);
    return answer.statusCode() == 404 ? Optional.empty() : Optional.of(answer.body());
  }

  private HttpResponse<String> get(String target) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(base + target)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
