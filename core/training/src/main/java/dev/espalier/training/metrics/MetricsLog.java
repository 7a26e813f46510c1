package dev.espalier.training.metrics;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.json.Json;
import dev.espalier.training.json.JsonFault;
import dev.espalier.training.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The metrics of a run as lines of JSON, appended only: {@code
 * {"step":10,"loss":2.31,"learning_rate":0.003}}.
 *
 * <p>A line is handed to the operating system when {@link #append} returns, so a killed process
 * loses none; {@link #sync} makes them survive a power failure too. A last line that is torn is
 * dropped when the file is opened or read, which {@link #dropped()} tells; damage anywhere else is
 * an error. Steps never go down: to resume, the file is cut after the step of the checkpoint, and
 * nothing is recorded twice.
 */
public final class MetricsLog implements AutoCloseable {
  private static final String FORMAT = "a metrics log";
  private static final int MAX_LINE = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final Optional<String> dropped;
  private long lastStep;

  private MetricsLog(Path file, FileChannel channel, Optional<String> dropped, long lastStep) {
    this.file = file;
    this.channel = channel;
    this.dropped = dropped;
    this.lastStep = lastStep;
  }

  /**
   * One line.
   *
   * @param step the number of steps done
   * @param values by name, in the order of the line; values that are not finite are written as
   *     strings
   */
  public record Entry(long step, Map<String, Double> values) {
    /** Copies the map, keeping its order. */
    public Entry {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /** What a pass over a file found. */
  private record Scan(long goodBytes, long lastStep, Optional<String> dropped) {}

  /**
   * Opens a file to append to it, making it where it is absent.
   *
   * @param file the file
   * @param afterStep lines of later steps are cut off; {@code Long.MAX_VALUE} cuts none
   * @throws EspalierException IO_FAILURE; BAD_FILE where a line other than the last is damaged
   */
  public static MetricsLog open(Path file, long afterStep) {
    try {
      Scan scan =
          Files.exists(file)
              ? scan(file, afterStep, entry -> {})
              : new Scan(0, -1, Optional.empty());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(scan.goodBytes());
      channel.position(scan.goodBytes());
      return new MetricsLog(file, channel, scan.dropped(), scan.lastStep());
    } catch (IOException e) {
      throw FileFault.io(e, file, "open the metrics log");
    }
  }

  /**
   * The lines of a file, a torn last one left out.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; BAD_FILE where a line other than the last
   *     is damaged
   */
  public static List<Entry> read(Path file) {
    List<Entry> entries = new ArrayList<>();
    try {
      scan(file, Long.MAX_VALUE, entries::add);
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the metrics log");
    }
    return entries;
  }

  private static Scan scan(Path file, long afterStep, Consumer<Entry> to) throws IOException {
    long size = Files.size(file);
    long good = 0;
    long last = -1;
    long number = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      while (true) {
        byte[] line = line(in);
        if (line.length == 0) {
          return new Scan(good, last, Optional.empty());
        }
        number++;
        boolean atEnd = good + line.length >= size;
        Entry entry;
        try {
          if (line[line.length - 1] != '\n') {
            throw new JsonFault(
                line.length == MAX_LINE ? "a line of more than 1 MiB" : "a line without an end");
          }
          entry = parse(line);
          if (entry.step() < last) {
            throw new JsonFault("step " + entry.step() + " after step " + last);
          }
        } catch (JsonFault fault) {
          if (atEnd) {
            return new Scan(good, last, Optional.of("line " + number + ": " + fault.getMessage()));
          }
          throw FileFault.bad(
              file,
              FORMAT,
              "line " + number + ": " + fault.getMessage(),
              "delete that line, or move the file away",
              fault);
        }
        if (entry.step() > afterStep) {
          return new Scan(good, last, Optional.empty());
        }
        to.accept(entry);
        good += line.length;
        last = entry.step();
      }
    }
  }

  /**
   * The bytes to the next line end, which they include if there is one; empty at the end of the
   * file.
   */
  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    for (int read = in.read(); read >= 0; read = in.read()) {
      bytes.write(read);
      if (read == '\n' || bytes.size() == MAX_LINE) {
        break;
      }
    }
    return bytes.toByteArray();
  }

  private static Entry parse(byte[] line) throws JsonFault {
    Object value = Json.parse(line);
    JsonObject object = JsonObject.of("", value);
    long step = object.integer("step");
    Map<String, Double> values = new LinkedHashMap<>();
    for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
      String name = (String) member.getKey();
      if (!name.equals("step")) {
        values.put(name, JsonObject.number(name, member.getValue()));
      }
    }
    return new Entry(step, values);
  }

  /** What was wrong with the torn last line that opening dropped, if there was one. */
  public Optional<String> dropped() {
    return dropped;
  }

  /** The step of the last line; -1 if there is none. */
  public long lastStep() {
    return lastStep;
  }

  /**
   * Appends a line.
   *
   * @throws EspalierException BAD_VALUE for a step before the last one or a value named {@code
   *     step}; IO_FAILURE
   */
  public void append(Entry entry) {
    if (entry.step() < Math.max(lastStep, 0) || entry.values().containsKey("step")) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "steps of " + file + " never go down, and no value is named 'step'",
          "step " + entry.step() + " after " + lastStep + " with " + entry.values().keySet(),
          "open the log at the step to resume from");
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", entry.step());
    line.putAll(entry.values());
    ByteBuffer bytes = ByteBuffer.wrap((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      long end = channel.position();
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        // As with a full disk: half a line must not stand before the next one.
        channel.truncate(end);
        throw e;
      }
    } catch (IOException e) {
      throw FileFault.io(e, file, "append to");
    }
    lastStep = entry.step();
  }

  /**
   * Makes all lines survive a power failure.
   *
   * @throws EspalierException IO_FAILURE
   */
  public void sync() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw FileFault.io(e, file, "sync");
    }
  }

  /** Syncs and closes. */
  @Override
  public void close() {
    try (channel) {
      channel.force(false);
    } catch (IOException e) {
      throw FileFault.io(e, file, "close");
    }
  }
}
