package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.kernel.DoublePanels;
import dev.espalier.backend.cpu.kernel.FloatPanels;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Inner loops of matrix products in machine code of our own, where it can run: Linux on x86-64 with
 * AVX2 and FMA or with AVX-512, and leave to call native code.
 */
public final class MachineKernels implements PanelKernels {
  private final String description;
  private final Vectors floatVectors;
  private final Vectors doubleVectors;
  private final MemorySegment floatFunction;
  private final MemorySegment doubleFunction;
  private final MemorySegment floatFunctionAtPlaces;
  private final MemorySegment doubleFunctionAtPlaces;
  private final Optional<MemorySegment> pairFunction;
  private final Optional<MemorySegment> pairFunctionAtPlaces;
  private final MemorySegment transpose;
  private final MemorySegment everySecond;

  private MachineKernels(
      String description, Vectors floatVectors, Vectors doubleVectors, Optional<Vectors> pairs) {
    this.description = description;
    this.floatVectors = floatVectors;
    this.doubleVectors = doubleVectors;
    this.floatFunction = ExecutableMemory.place(ProductCode.write(floatVectors));
    this.doubleFunction = ExecutableMemory.place(ProductCode.write(doubleVectors));
    this.floatFunctionAtPlaces = ExecutableMemory.place(ProductCode.writeAtPlaces(floatVectors));
    this.doubleFunctionAtPlaces = ExecutableMemory.place(ProductCode.writeAtPlaces(doubleVectors));
    this.pairFunction = pairs.map(ProductCode::write).map(ExecutableMemory::place);
    this.pairFunctionAtPlaces = pairs.map(ProductCode::writeAtPlaces).map(ExecutableMemory::place);
    this.transpose = ExecutableMemory.place(TransposeCode.write());
    this.everySecond = ExecutableMemory.place(EverySecondCode.write());
  }

  /** The code is placed and tried once. */
  private static final class Found {
    static final PanelKernels KERNELS = search();
  }

  /** The machine code, or else the Java loops, whose description then says why. */
  public static PanelKernels orJava() {
    return Found.KERNELS;
  }

  private static PanelKernels search() {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return java("there is machine code for Linux on x86-64 only");
    }
    if (!MachineKernels.class.getModule().isNativeAccessEnabled()) {
      return java("no native access: --enable-native-access=dev.espalier.backend.cpu");
    }
    try {
      Set<String> features = processorFeatures();
      if (!features.containsAll(List.of("avx2", "fma"))) {
        return java("the processor has no AVX2 and FMA");
      }
      return firstThatPasses(candidates(features), SelfTest::passes)
          .orElseGet(() -> java("the machine code fails its test"));
    } catch (IOException | RuntimeException | LinkageError e) {
      return java("the machine code cannot be placed: " + e);
    }
  }

  /** What the processor can run, the best first; what comes after it says what it is without. */
  static List<Supplier<PanelKernels>> candidates(Set<String> features) {
    if (!features.contains("avx512f")) {
      return List.of(() ->
          new MachineKernels(
              "AVX2 machine code", Vectors.FLOATS_AVX2, Vectors.DOUBLES_AVX2, Optional.empty()));
    }
    if (!features.contains("avx512_bf16")) {
      return List.of(() -> avx512("AVX-512 machine code", Optional.empty()));
    }
    return List.of(
        () -> avx512("AVX-512 and BF16 machine code", Optional.of(Vectors.BF16_PAIRS_AVX512)),
        () -> avx512("AVX-512 machine code (without BF16: it fails its test)", Optional.empty()));
  }

  static Optional<PanelKernels> firstThatPasses(
      List<Supplier<PanelKernels>> candidates, Predicate<PanelKernels> test) {
    return candidates.stream().map(Supplier::get).filter(test).findFirst();
  }

  private static PanelKernels avx512(String description, Optional<Vectors> pairs) {
    return new MachineKernels(description, Vectors.FLOATS_AVX512, Vectors.DOUBLES_AVX512, pairs);
  }

  private static PanelKernels java(String reason) {
    return PanelKernels.java("products in Java (" + reason + ")");
  }

  /** What the system lets programs use of the processor. */
  private static Set<String> processorFeatures() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("flags"))
        .limit(1)
        .flatMap(line -> Arrays.stream(line.split("\\s+", -1)))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public FloatPanels floats() {
    return new MachineFloatPanels(
        floatFunction,
        floatFunctionAtPlaces,
        pairFunction,
        pairFunctionAtPlaces,
        transpose,
        everySecond,
        floatVectors);
  }

  @Override
  public DoublePanels doubles() {
    return new MachineDoublePanels(doubleFunction, doubleFunctionAtPlaces, doubleVectors);
  }

  @Override
  public String description() {
    return "products in " + description;
  }
}
