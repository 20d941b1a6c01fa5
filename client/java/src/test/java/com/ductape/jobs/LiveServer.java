package com.ductape.jobs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real server on loopback, of the binary that the property {@code ductape.server} names. */
public final class LiveServer implements AutoCloseable {
  private final Path directory;
  private final List<String> flags;
  private Process process;
  private String address;

  public LiveServer(Path directory, String... flags) throws IOException {
    this.directory = directory;
    this.flags = List.of(flags);
    start("127.0.0.1:0");
  }

  /** {@code host:port}, or the socket if there is no other listener. */
  public String address() {
    return address;
  }

  /** Ends it as a crash would, and starts it again at the same address with the same data. */
  public void crashAndRestart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    start(address);
  }

  private void start(String listen) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("ductape.server"));
    command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
    command.addAll(List.of("--http-listen", "off", "--disk-reserve", "0"));
    if (!flags.contains("--listen")) {
      command.addAll(List.of("--listen", listen));
    }
    command.addAll(flags);
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("ready ")) {
        address = line.replaceFirst("^ready grpc=([^ ]*).*", "$1");
        return;
      }
    }
    throw new IOException("the server did not become ready: see " + directory.resolve("log"));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
