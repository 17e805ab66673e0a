import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Does a list of exchanges. Usage: Client.java HttpClient|HttpURLConnection [SCHEME URL USER SECRET]… */
public class Client {
    record Answer(Integer status, String text) {}

    public static void main(String[] arguments) {
        var answers = new StringBuilder();
        for (int at = 1; at + 3 < arguments.length; at += 4) {
            Answer answer;
            try {
                answer = perform(arguments[0], arguments[at], arguments[at + 1], arguments[at + 2], arguments[at + 3]);
            } catch (Exception error) {
                // After the third 401 HttpClient throws instead of returning it.
                boolean refused = String.valueOf(error.getMessage()).startsWith("too many authentication attempts");
                answer = new Answer(refused ? 401 : null, error.toString());
            }
            answers.append(answer.status()).append(' ');
            answers.append(answer.text().replace('\n', ' ')).append('\n');
        }
        System.out.print(answers);
    }

    static Answer perform(String client, String scheme, String url, String user, String secret) throws Exception {
        var authenticator = new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user, secret.toCharArray());
            }
        };
        return client.equals("HttpClient")
            ? withHttpClient(scheme, URI.create(url), authenticator, secret)
            : withConnection(scheme, URI.create(url), authenticator, secret);
    }

    static Answer withHttpClient(String scheme, URI url, Authenticator authenticator, String token) throws Exception {
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        var request = HttpRequest.newBuilder(url);
        if (scheme.equals("bearer")) {
            request.header("Authorization", "Bearer " + token);
        } else {
            client.authenticator(authenticator);
        }
        var response = client.build().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    static Answer withConnection(String scheme, URI url, Authenticator authenticator, String token) throws IOException {
        var connection = (HttpURLConnection) url.toURL().openConnection();
        if (scheme.equals("bearer")) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        } else {
            connection.setAuthenticator(authenticator);
        }
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
            return new Answer(status, new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
