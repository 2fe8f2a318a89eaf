import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A replay for JUnit 5: a base URL for each test, and a failure with the miss's own text.
 *
 * <pre>
 * class CustomersTest {
 *   {@literal @}RegisterExtension static final Truetape replay = new Truetape(Path.of("cassettes/billing.yaml"));
 *   {@literal @}Test void names(URI url) { ... }
 * }
 * </pre>
 *
 * Copy this file beside your tests. Nothing but Java 11, JUnit and the {@code truetape} program is needed; the
 * environment variable TRUETAPE names the program if it is not on the PATH.
 */
public final class Truetape
    implements BeforeAllCallback, AfterAllCallback, AfterTestExecutionCallback, ParameterResolver {
  private static final HttpClient CLIENT = HttpClient.newBuilder().proxy(ProxySelector.of(null)).build();
  private final List<String> command = new ArrayList<>();
  private Process process;
  private String url;
  private boolean audited;

  /** Replays these cassettes. */
  public Truetape(Path... cassettes) {
    String program = System.getenv().getOrDefault("TRUETAPE", "truetape");
    command.addAll(List.of(program, "replay", "--listen", "127.0.0.1:0"));
    for (Path cassette : cassettes) {
      command.add(cassette.toString());
    }
  }

  /** Hands options of {@code truetape replay} on. */
  public Truetape with(String... options) {
    command.addAll(List.of(options));
    return this;
  }

  /** Also fails tests on what the client did wrong. */
  public Truetape audited() {
    audited = true;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream()));
    String line = said.readLine();
    if (line == null || !line.startsWith("listening on ")) {
      throw new IllegalStateException(command.get(0) + " did not start; it said why on stderr");
    }
    url = line.split(" ")[2];
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /** Fails the test on misses, and on findings if told. Where it failed already, they are why. */
  @Override
  public void afterTestExecution(ExtensionContext context) {
    String name = name(context);
    String misses = ask("GET", "misses?session=" + name);
    String audits = audited ? "audits?session=" + name + "&format=" : null;
    // Info is no finding: the verdict knows.
    boolean found = audited && ask("GET", audits + "json").matches("(?s).*\"verdict\": ?\"findings\".*");
    String findings = found ? ask("GET", audits + "human") : "";
    ask("DELETE", "sessions/" + name);
    List<String> texts = new ArrayList<>();
    // The two members that are for people; a test needs no reader of JSON for them.
    Matcher member = Pattern.compile("\"(detail|hint)\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(misses);
    while (member.find()) {
      texts.add((member.group(1).equals("hint") ? "  hint: " : "") + member.group(2).replace("\\\"", "\""));
    }
    if (found) {
      texts.add(findings);
    }
    if (!texts.isEmpty()) {
      AssertionError error = new AssertionError(String.join("\n", texts));
      context.getExecutionException().ifPresent(error::addSuppressed);
      throw error;
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == URI.class;
  }

  /** The base URL of the test's own session. */
  @Override
  public URI resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return URI.create(url + "/__truetape/session/" + name(context));
  }

  private String ask(String method, String path) {
    HttpRequest.Builder asking =
        HttpRequest.newBuilder(URI.create(url + "/__truetape/" + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.noBody());
    String token = System.getenv("TRUETAPE_ADMIN_TOKEN");
    if (token != null && !token.isEmpty()) {
      asking.header("Authorization", "Bearer " + token);
    }
    HttpRequest request = asking.build();
    try {
      HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() < 300 ? answer.body() : "";
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(error);
    }
  }

  private static String name(ExtensionContext context) {
    String test = context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName();
    String invocation = Integer.toHexString(context.getUniqueId().hashCode());
    return test.replaceAll("[^A-Za-z0-9._~-]+", "-") + "-" + invocation;
  }
}
