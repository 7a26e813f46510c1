package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.file.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A text to be learned, from one UTF-8 file or from the files of a folder.
 *
 * <p>Of a folder all files with one of the given suffixes are taken, in the order of their paths,
 * folders whose names start with a dot or that builds and runs write ({@code target}, {@code runs})
 * left out, links not followed. A file that does not end in a line end gets one, so that files do
 * not run into each other.
 *
 * @param root the file or folder
 * @param files the files read, in order
 * @param text their text
 * @param sha256 their hash, as {@link DataHash} defines it
 * @param vocabulary the characters of the whole text
 */
public record TextCorpus(
    Path root, List<Path> files, String text, String sha256, Vocabulary vocabulary) {
  /** The most bytes that are read, unless a caller says otherwise: 512 MiB. */
  public static final long DEFAULT_MAX_BYTES = 512L << 20;

  private static final Set<String> LEFT_OUT = Set.of("target", "runs");

  /** Copies the list. */
  public TextCorpus {
    files = List.copyOf(files);
  }

  /**
   * The two parts of an encoded text.
   *
   * @param training the tokens to train on
   * @param validation the last ones, to validate on
   */
  @SuppressWarnings("ArrayRecordComponent") // large arrays, handed over and not compared
  public record Split(int[] training, int[] validation) {}

  /**
   * Reads a file, whatever its name, or the files of a folder.
   *
   * @param root the file or folder
   * @param suffixes which files of a folder are taken, as in {@code .java}
   * @throws EspalierException FILE_NOT_FOUND (also where a folder has no such file), IO_FAILURE,
   *     BAD_FILE (not UTF-8, with the byte's offset; empty; too large)
   */
  public static TextCorpus read(Path root, List<String> suffixes) {
    return read(root, suffixes, DEFAULT_MAX_BYTES);
  }

  /** As {@link #read(Path, List)}, with another limit on the bytes of all files together. */
  public static TextCorpus read(Path root, List<String> suffixes, long maxBytes) {
    boolean folder = Files.isDirectory(root);
    List<Path> files = folder ? filesOf(root, suffixes) : List.of(root);
    checkSize(root, files, Math.min(maxBytes, Integer.MAX_VALUE - 8));
    StringBuilder text = new StringBuilder();
    MessageDigest list = Sha256.digest();
    String only = "";
    for (Path file : files) {
      byte[] bytes = bytesOf(file);
      String hash = Sha256.of(bytes);
      only = hash;
      list.update(DataHash.line(hash, DataHash.name(folder ? root : file, file)));
      text.append(decode(file, bytes));
      if (folder && !text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
        text.append('\n');
      }
    }
    if (text.isEmpty()) {
      throw FileFault.bad(root, "a text", "it is empty", "name a text that has characters");
    }
    String all = text.toString();
    String sha256 = files.size() == 1 ? only : Sha256.hex(list);
    return new TextCorpus(root, files, all, sha256, Vocabulary.of(all));
  }

  private static List<Path> filesOf(Path root, List<String> suffixes) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = String.valueOf(folder.getFileName());
              boolean leftOut = name.startsWith(".") || LEFT_OUT.contains(name);
              return leftOut && !folder.equals(root)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = String.valueOf(file.getFileName());
              if (attributes.isRegularFile() && suffixes.stream().anyMatch(name::endsWith)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw FileFault.io(e, root, "list the text files of");
    }
    if (files.isEmpty()) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_FOUND,
          "text files in " + root,
          "none whose name ends in " + String.join(" or ", suffixes),
          "name another folder or other suffixes");
    }
    files.sort(Comparator.comparing(file -> DataHash.name(root, file)));
    return files;
  }

  private static void checkSize(Path root, List<Path> files, long maxBytes) {
    long size = 0;
    for (Path file : files) {
      try {
        size += Files.size(file);
      } catch (IOException e) {
        throw FileFault.io(e, file, "read the text");
      }
    }
    if (size > maxBytes) {
      throw FileFault.bad(
          root,
          "a text of at most " + maxBytes + " bytes",
          size + " bytes in " + files.size() + " file(s)",
          "name a part of it");
    }
  }

  private static byte[] bytesOf(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the text");
    }
  }

  private static CharBuffer decode(Path file, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer from = ByteBuffer.wrap(bytes);
    // UTF-8 never has more UTF-16 units than bytes.
    CharBuffer to = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(from, to, true);
    if (result.isError()) {
      throw FileFault.bad(
          file,
          "a text in UTF-8",
          "byte 0x%02x at offset %d".formatted(bytes[from.position()], from.position()),
          "convert the file to UTF-8, or leave it out");
    }
    return to.flip();
  }

  /**
   * The text encoded and cut: the last {@code fraction} of the characters validate. With n
   * characters, the first floor(n (1 - fraction)) train.
   *
   * @param fraction at least 0 and below 1
   * @throws EspalierException BAD_VALUE where the fraction is outside
   */
  public Split split(double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "the fraction of a text that validates is at least 0 and below 1",
          String.valueOf(fraction),
          "use 0.1 for the last tenth");
    }
    int[] tokens = vocabulary.encode(text);
    int cut = (int) (tokens.length * (1 - fraction));
    return new Split(
        java.util.Arrays.copyOf(tokens, cut),
        java.util.Arrays.copyOfRange(tokens, cut, tokens.length));
  }
}
