package dev.espalier.backend.cuda.driver;

import java.util.List;

/** What a look at the CUDA driver gave. */
public sealed interface DriverState {
  /**
   * The driver's library cannot be loaded.
   *
   * @param library its name
   */
  record Absent(String library) implements DriverState {}

  /**
   * A library of the driver's name is there and is not the driver's.
   *
   * @param library its name
   * @param symbol a function that it lacks
   */
  record NotADriver(String library, String symbol) implements DriverState {}

  /**
   * The driver is there and does not work.
   *
   * @param function the call that failed
   * @param code its result, a {@code CUresult}
   */
  record Failing(String function, int code) implements DriverState {}

  /**
   * The driver is there and sees no device.
   *
   * @param version the driver's CUDA version, as 1000 * major + 10 * minor
   */
  record NoDevice(int version) implements DriverState {}

  /**
   * The driver sees devices.
   *
   * @param version the driver's CUDA version, as 1000 * major + 10 * minor
   * @param devices their names
   */
  record Devices(int version, List<String> devices) implements DriverState {
    public Devices {
      devices = List.copyOf(devices);
    }
  }
}
