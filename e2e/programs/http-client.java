import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Java's own client as it comes: it would rather speak HTTP/2, and asks for that with `Upgrade: h2c`. Prints `sse`, `poll` and `websocket`. */
class Main {
  public static void main(String[] arguments) throws Exception {
    var agent = URI.create(arguments[0]);
    var client = HttpClient.newHttpClient();
    var path = "metrics/sse?subscriptions=%5B%7B%22metrics%22%3A%5B%22*%22%5D%7D%5D";
    var stream = client.send(HttpRequest.newBuilder(agent.resolve(path)).build(), BodyHandlers.ofLines());
    try (var lines = stream.body()) {
      lines.filter(line -> line.contains("\"type\":\"metrics\"")).limit(3).forEach(line -> {});
    }
    System.out.println("sse");

    var body = HttpRequest.BodyPublishers.ofString("{\"subscriptions\":[{\"metrics\":[\"cpu\"]}]}");
    var poll = HttpRequest.newBuilder(agent.resolve("metrics/poll")).POST(body).build();
    for (var round = 0; round < 2; round += 1) {
      var answer = client.send(poll, BodyHandlers.ofString());
      if (answer.statusCode() != 200 || !answer.body().contains("\"welcome\"")) throw new Exception(answer.body());
    }
    System.out.println("poll");

    var done = new CompletableFuture<Void>();
    var listener = new WebSocket.Listener() {
      final StringBuilder text = new StringBuilder();
      int samples = 0;

      @Override
      public void onOpen(WebSocket socket) {
        socket.sendText("{\"action\":\"subscribe\",\"metrics\":[\"cpu\"]}", true);
        socket.request(1);
      }

      @Override
      public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
        text.append(part);
        if (isLast) {
          if (text.indexOf("\"type\":\"metrics\"") >= 0 && ++samples == 3) done.complete(null);
          text.setLength(0);
        }
        socket.request(1);
        return null;
      }
    };
    var address = URI.create(agent.resolve("metrics").toString().replaceFirst("^http", "ws"));
    client.newWebSocketBuilder().subprotocols("metrics-panel.v1").buildAsync(address, listener).join();
    done.join();
    System.out.println("websocket");
    System.exit(0);
  }
}
