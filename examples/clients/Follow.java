import java.net.URI;
import java.net.http.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.regex.*;

/**
 * Follows a metrics-panel agent and prints each of its samples once: java Follow.java http://localhost:8080 cpu memory
 *
 * <p>The token is read from METRICS_PANEL_TOKEN. RC-1 and the like are rules of docs/protocol.md. Needs Java 17, which
 * reads no JSON by itself. For names without "*", all that is needed is in objects that hold no others, where regular
 * expressions find a field in any order; a program that needs more of the messages takes Jackson.
 */
class Follow implements WebSocket.Listener {
  /** How a connection ended: with the agent's code, 1006 if it broke, 4000 if the agent would refuse the same again. */
  record End(int code, String reason) {}
  static final String HINT = "Not authenticated: put a token into METRICS_PANEL_TOKEN";
  static final String STRING = "\"(?:[^\"\\\\]|\\\\.)*+\"";
  /** An object without objects, or the epoch of another. Neither occurs within a string, where quotes are escaped. */
  static final Pattern PART = Pattern.compile("\\{(?:[^{}\"]|" + STRING + ")*+}|\"epoch\"\\s*:\\s*" + STRING);
  final StringBuilder text = new StringBuilder();
  final Map<String, String> lastSeq = new HashMap<>(); // of each epoch
  List<String> metrics;
  String epoch, since = "";
  volatile CompletableFuture<End> end;
  volatile long heardMs, retryMs, baseMs = 500, capMs = 20_000;

  public static void main(String[] args) throws Exception {
    var isUsable = args.length > 1 && args[0].matches("https?://.+") && !String.join("", args).contains("*");
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    System.err.println(isUsable ? new Follow().follow(args[0], Arrays.stream(args).skip(1).distinct().toList())
        : "usage: java Follow.java http://localhost:8080 cpu memory");
    System.exit(1);
  }

  /** Reconnects until the agent refuses something. @return what it says */
  String follow(String agent, List<String> metrics) throws Exception {
    this.metrics = metrics;
    var address = URI.create(agent.replaceFirst("^http", "ws").replaceFirst("/$", "") + "/metrics");
    var token = Objects.toString(System.getenv("METRICS_PANEL_TOKEN"), "").replaceAll("[\"\\\\]", "\\\\$0");
    var sockets = HttpClient.newHttpClient().newWebSocketBuilder().connectTimeout(Duration.ofSeconds(9));
    for (int attempt = 0;; attempt += 1) {
      long openedMs = heardMs = System.currentTimeMillis();
      double waitMs = retryMs = 0;
      end = new CompletableFuture<>();
      text.setLength(0);
      try {
        var socket = sockets.subprotocols("metrics-panel.v1").buildAsync(address, this).join();
        if (!token.isEmpty()) socket.sendText("{\"type\": \"auth\", \"token\": \"%s\"}".formatted(token), true).join();
        var subscribe = "{\"action\": \"subscribe\", \"id\": 1, \"metrics\": [\"%s\"]%s}";
        socket.sendText(subscribe.formatted(String.join("\", \"", metrics), since), true).join();
        while (!end.isDone() && System.currentTimeMillis() - heardMs < 35_000) Thread.sleep(200); // HB-2
        socket.abort();
      } catch (CompletionException failed) {
        if (failed.getCause() instanceof WebSocketHandshakeException refused) { // with a sentence, in JSON or as text
          var body = Objects.toString(refused.getResponse().body(), "").strip();
          var retryS = refused.getResponse().headers().firstValue("Retry-After").filter(s -> s.matches("\\d{1,9}"));
          waitMs = Math.max(1000 * Long.parseLong(retryS.orElse("0")), 10_000 * (1 + Math.random()));
          end.complete(new End(1006, address + " refuses: " + (body.startsWith("{") ? field(body, "error") : body)));
        }
        end.complete(new End(1006, address + " does not answer")); // the first counts
      }
      var how = end.getNow(new End(1006, "the agent is silent"));
      if (how.code / 100 == 40) return (address + ": " + how.reason).replaceFirst("Not authenticated$", HINT);
      if (how.code / 100 == 42 || System.currentTimeMillis() - openedMs >= 5000) attempt = 0;
      // Full jitter (RC-1), after what `goodbye` asks for.
      if (waitMs == 0) waitMs = retryMs + Math.random() * Math.min(capMs, baseMs * Math.pow(2, attempt));
      System.err.printf("reconnecting in %.1f s: %s%n", waitMs / 1000, how.reason);
      Thread.sleep((long) waitMs);
    }
  }

  @Override public CompletionStage<?> onText(WebSocket socket, CharSequence piece, boolean isLast) {
    heardMs = System.currentTimeMillis();
    text.append(piece);
    if (isLast) PART.matcher(text).results().forEach(part -> receive(part.group()));
    if (isLast) text.setLength(0);
    socket.request(1); // HttpClient answers pings by itself
    return null;
  }
  @Override public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    end.complete(new End(code, reason.isEmpty() ? "the connection broke" : reason));
    return null;
  }
  @Override public void onError(WebSocket socket, Throwable error) { end.complete(new End(1006, "the connection broke")); }
  void receive(String part) {
    if (end.isDone()) return;
    if (!part.startsWith("{")) System.out.println("run " + (epoch = field(part, "epoch")));
    if (part.contains("\"baseMs\"")) { baseMs = number(part, "baseMs"); capMs = number(part, "capMs"); }
    switch (field(part, "type")) {
      case "metrics" -> {
        var isNext = field(part, "prev").equals(lastSeq.getOrDefault(epoch, "0")); // RT-9
        if (!isNext && end.complete(new End(1006, "a sample is missing"))) return;
        var line = new StringJoiner(" ").add(time(part, "ts") + " #" + field(part, "seq"));
        var values = field(part, "values").split(",");
        for (int i = 0; i < values.length; i += 1) line.add(metrics.get(i) + "=" + values[i]);
        reached(field(part, "seq"), field(part, "ts"), line);
      }
      case "gap" -> reached(field(part, "to"), field(part, "toTs"),
          time(part, "fromTs") + " to " + time(part, "toTs") + " missing: " + field(part, "reason"));
      case "goodbye" -> retryMs = number(part, "retryMs");
      case "error" -> { if (part.contains("\"id\"")) end.complete(new End(4000, field(part, "error"))); }
    }
  }

  void reached(String seq, String ts, Object line) {
    lastSeq.put(epoch, seq);
    since = ", \"since\": {\"epoch\": \"%s\", \"seq\": %s, \"ts\": %s}".formatted(epoch, seq, ts);
    System.out.println(line);
    if (System.out.checkError()) System.exit(0); // nobody reads on, as after `| head`
  }

  static String time(String part, String name) { return "%tFT%<tT.%<tLZ".formatted(number(part, name)); }
  static long number(String part, String name) { return Long.parseLong(field(part, name)); }
  static String field(String part, String name) {
    var field = Pattern.compile("\"" + name + "\"\\s*:\\s*(" + STRING + "|\\[[^]]*]|[^,}\\s]+)").matcher(part);
    return field.find() ? field.group(1).replaceAll("^[\\[\"]|[]\"]$", "") : "";
  }
}
