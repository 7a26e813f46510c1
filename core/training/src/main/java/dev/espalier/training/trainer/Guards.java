package dev.espalier.training.trainer;

import dev.espalier.api.training.RunGuard;
import dev.espalier.training.checkpoint.JournalFile;
import dev.espalier.training.data.BatchSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The guards of a run that begins or goes on, each with its journal in the run's folder. */
final class Guards implements AutoCloseable {
  private final List<JournalFile> journals = new ArrayList<>();
  private final List<RunGuard.Watch> watches = new ArrayList<>();
  private final Set<String> withheld = new HashSet<>();

  private Guards() {}

  /** Opens them; the listener is told what whoever runs this must know. */
  static Guards open(Assembly assembly, long first, Path folder, TrainingListener listener) {
    Guards guards = new Guards();
    try {
      List<RunGuard> all = assembly.run().step().guards();
      for (int i = 0; i < all.size(); i++) {
        guards.add(all.get(i), i, assembly, first, folder, listener);
      }
    } catch (RuntimeException | Error e) {
      guards.close();
      throw e;
    }
    return guards;
  }

  private void add(
      RunGuard guard,
      int number,
      Assembly assembly,
      long first,
      Path folder,
      TrainingListener listener) {
    String name = number == 0 ? guard.name() : guard.name() + "-" + number;
    JournalFile journal = JournalFile.open(folder.resolve(name + ".journal"));
    journals.add(journal);
    Run run = assembly.run();
    BatchSource batches = assembly.batches();
    RunGuard.Watch watch =
        guard.open(
            new RunGuard.Facts(run.training().size(), run.batch(), first, batches.sampling()),
            journal);
    watches.add(watch);
    withheld.addAll(guard.withheld());
    watch.notes().forEach(listener::note);
  }

  /** Why the run has to end before a step; the first guard's reason. */
  Optional<String> before(long step) {
    for (RunGuard.Watch watch : watches) {
      Optional<String> reason = watch.before(step);
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  /** The numbers of all of them. */
  Map<String, Double> report() {
    Map<String, Double> all = new LinkedHashMap<>();
    watches.forEach(watch -> all.putAll(watch.report()));
    return all;
  }

  /** Whether a number of the step is told to nobody. */
  boolean withhold(String name) {
    return withheld.contains(name);
  }

  @Override
  public void close() {
    journals.forEach(JournalFile::close);
  }
}
