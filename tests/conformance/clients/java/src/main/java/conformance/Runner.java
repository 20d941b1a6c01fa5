package conformance;

import com.ductape.jobs.JobsClient;
import com.ductape.jobs.JobsException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the steps of the conformance scenario with the Java client.
 *
 * <p>Arguments: the scenario's file, and the server's address. Prints {@code ok STEP} or {@code
 * FAIL STEP: why} for each, and {@code N passed, N failed} last; exits with 0 only when all passed.
 */
public final class Runner {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, String> variables = new HashMap<>();
  private final Calls calls;
  private final Workers workers;

  private Runner(JobsClient client, Workers workers) {
    this.calls = new Calls(client);
    this.workers = workers;
    variables.put("product", client.product());
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: Runner SCENARIO ADDRESS");
      System.exit(2);
    }
    JsonObject scenario =
        JsonParser.parseString(Files.readString(Path.of(args[0]))).getAsJsonObject();
    String product = "conformance-java-" + System.currentTimeMillis();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int passed = 0;
    int failed = 0;
    try (JobsClient client = JobsClient.builder().address(args[1]).product(product).build();
        Workers workers = new Workers(client)) {
      Runner runner = new Runner(client, workers);
      for (JsonElement element : scenario.getAsJsonArray("steps")) {
        JsonObject step = element.getAsJsonObject();
        String name = step.get("step").getAsString();
        Optional<String> complaint = runner.take(step);
        out.println(complaint.map(why -> "FAIL " + name + ": " + why).orElse("ok " + name));
        passed += complaint.isPresent() ? 0 : 1;
        failed += complaint.isPresent() ? 1 : 0;
      }
    }
    out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 && passed > 0 ? 0 : 1);
  }

  private Optional<String> take(JsonObject raw) {
    JsonObject step = JsonParser.parseString(substituted(raw.toString())).getAsJsonObject();
    try {
      if (step.has("worker")) {
        return workers.take(step);
      }
      return step.has("error") ? failing(step) : answering(step);
    } catch (Exception e) {
      return Optional.of(e.toString());
    }
  }

  /** Variables hold ids, tags and tokens, which need no escape in JSON. */
  private String substituted(String text) {
    String result = text;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      result = result.replace("${" + variable.getKey() + "}", variable.getValue());
    }
    return result;
  }

  private JsonElement call(JsonObject step) {
    return calls.make(step.get("call").getAsString(), step.get("request"), step.has("all"));
  }

  private Optional<String> answering(JsonObject step) throws Exception {
    if (step.has("until")) {
      return Patience.until(PATIENCE, () -> Expectation.mismatch(step.get("until"), call(step)));
    }
    JsonElement answer = call(step);
    Optional<String> mismatch = Expectation.mismatch(step.get("answer"), answer);
    if (mismatch.isEmpty() && step.has("save")) {
      step.getAsJsonObject("save")
          .entrySet()
          .forEach(
              save -> {
                String field = save.getValue().getAsString();
                variables.put(save.getKey(), answer.getAsJsonObject().get(field).getAsString());
              });
    }
    return mismatch;
  }

  private Optional<String> failing(JsonObject step) {
    JsonObject expected = step.getAsJsonObject("error");
    try {
      return Optional.of("did not fail, but answered " + call(step));
    } catch (JobsException e) {
      boolean holds =
          e.code().name().equals(expected.get("code").getAsString())
              && e.reason().equals(expected.get("reason").getAsString())
              && (!expected.has("fields") || fields(e).equals(fields(expected)));
      return holds ? Optional.empty() : Optional.of("failed otherwise: " + e.getMessage());
    }
  }

  private static Set<String> fields(JobsException error) {
    Set<String> fields = new HashSet<>();
    error.fieldViolations().forEach(violation -> fields.add(violation.field()));
    return fields;
  }

  private static Set<String> fields(JsonObject error) {
    Set<String> fields = new HashSet<>();
    error.getAsJsonArray("fields").forEach(field -> fields.add(field.getAsString()));
    return fields;
  }
}
