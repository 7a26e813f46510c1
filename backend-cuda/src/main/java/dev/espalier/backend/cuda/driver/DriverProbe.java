package dev.espalier.backend.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.espalier.backend.cuda.driver.DriverState.Absent;
import dev.espalier.backend.cuda.driver.DriverState.Devices;
import dev.espalier.backend.cuda.driver.DriverState.Failing;
import dev.espalier.backend.cuda.driver.DriverState.NoDevice;
import dev.espalier.backend.cuda.driver.DriverState.NotADriver;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Looks at the CUDA driver through its C interface: {@code cuInit}, {@code cuDriverGetVersion},
 * {@code cuDeviceGetCount} and {@code cuDeviceGetName}. It makes no context, so no device memory is
 * taken.
 *
 * <p>Source: NVIDIA, "CUDA Driver API", modules Initialization, Version Management and Device
 * Management.
 */
public final class DriverProbe {
  private static final int SUCCESS = 0;
  private static final int NO_DEVICE = 100;
  private static final int NAME_BYTES = 256;

  private static final String INIT = "cuInit";
  private static final String VERSION = "cuDriverGetVersion";
  private static final String COUNT = "cuDeviceGetCount";
  private static final String DEVICE = "cuDeviceGet";
  private static final String NAME = "cuDeviceGetName";

  private final String library;

  /**
   * @param library the driver's library, as the system's loader knows it
   */
  public DriverProbe(String library) {
    this.library = Objects.requireNonNull(library);
  }

  /** A call of the driver failed. */
  private static final class CallFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String function;
    private final int code;

    private CallFailed(String function, int code) {
      super(function + " gave " + code);
      this.function = function;
      this.code = code;
    }
  }

  /** Looks around; throws only where native access is denied to this module. */
  public DriverState look() {
    // The library stays loaded, as a driver must that was initialised: it keeps threads of its own.
    SymbolLookup symbols;
    try {
      symbols = load();
    } catch (IllegalArgumentException e) {
      return new Absent(library);
    }
    for (String symbol : List.of(INIT, VERSION, COUNT, DEVICE, NAME)) {
      if (symbols.find(symbol).isEmpty()) {
        return new NotADriver(library, symbol);
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      return ask(symbols, arena);
    } catch (CallFailed e) {
      return new Failing(e.function, e.code);
    }
  }

  @SuppressWarnings("restricted") // The library's functions are called by their documented types.
  private SymbolLookup load() {
    return SymbolLookup.libraryLookup(library, Arena.global());
  }

  private static DriverState ask(SymbolLookup symbols, Arena arena) throws CallFailed {
    MemorySegment number = arena.allocate(JAVA_INT);
    // The version may be asked before cuInit, so that it is known where there is no device.
    check(VERSION, call(symbols, VERSION, List.of(ADDRESS), number));
    int version = number.get(JAVA_INT, 0);
    int initialised = call(symbols, INIT, List.of(JAVA_INT), 0);
    if (initialised == NO_DEVICE) {
      return new NoDevice(version);
    }
    check(INIT, initialised);
    check(COUNT, call(symbols, COUNT, List.of(ADDRESS), number));
    int count = number.get(JAVA_INT, 0);
    if (count == 0) {
      return new NoDevice(version);
    }
    List<String> names = new ArrayList<>();
    MemorySegment name = arena.allocate(NAME_BYTES);
    for (int device = 0; device < count; device++) {
      check(DEVICE, call(symbols, DEVICE, List.of(ADDRESS, JAVA_INT), number, device));
      int handle = number.get(JAVA_INT, 0);
      check(
          NAME,
          call(symbols, NAME, List.of(ADDRESS, JAVA_INT, JAVA_INT), name, NAME_BYTES, handle));
      names.add(name.getString(0));
    }
    return new Devices(version, names);
  }

  private static void check(String function, int code) throws CallFailed {
    if (code != SUCCESS) {
      throw new CallFailed(function, code);
    }
  }

  /** Calls a function that gives a {@code CUresult}. */
  @SuppressWarnings("restricted")
  private static int call(
      SymbolLookup symbols, String function, List<MemoryLayout> types, Object... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, types.toArray(MemoryLayout[]::new));
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(symbols.find(function).orElseThrow(), type)
              .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a C function throws no checked exception", e);
    }
  }
}
