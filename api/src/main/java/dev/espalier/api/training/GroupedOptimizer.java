package dev.espalier.api.training;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.PathPattern;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** See {@link Optimizer#grouped}. The state of group i lies under {@code groups/i}. */
record GroupedOptimizer(List<ParameterGroup> groups) implements Optimizer {
  GroupedOptimizer {
    groups = List.copyOf(groups);
  }

  static GroupedOptimizer of(List<ParameterGroup> groups, Optimizer rest) {
    List<ParameterGroup> all = new ArrayList<>(groups);
    all.add(new ParameterGroup(new PathPattern("**"), rest, 1));
    return new GroupedOptimizer(all);
  }

  /** The parameters of each group; only the last, which is the rest, may be empty. */
  private List<Tree<Tensor>> divided(Tree<Tensor> parameters) {
    List<Tree<Tensor>> parts = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      int group = i;
      parts.add(parameters.filter(path -> groupOf(path) == group));
      if (parts.getLast().isEmpty() && i < groups.size() - 1) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "a group of parameters matches some that no group before has",
            "'" + groups.get(i).match() + "' matches none of " + parameters.paths(),
            "correct the pattern, or change the order of the groups");
      }
    }
    if (parts.getLast().isEmpty()) {
      parts.removeLast();
    }
    return parts;
  }

  private int groupOf(String path) {
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).match().matches(path)) {
        return i;
      }
    }
    return groups.size() - 1;
  }

  private static String under(int group) {
    return "groups/" + group;
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> state = Tree.empty();
    List<Tree<Tensor>> parts = divided(parameters);
    for (int i = 0; i < parts.size(); i++) {
      state = state.and(groups.get(i).optimizer().init(parts.get(i)).under(under(i)));
    }
    return state;
  }

  @Override
  public Tree<Tensor> init(Objective objective, Tree<Tensor> parameters) {
    Tree<Tensor> state = Tree.empty();
    List<Tree<Tensor>> parts = divided(parameters);
    for (int i = 0; i < parts.size(); i++) {
      Tree<Tensor> own = parts.get(i);
      Objective free = objective.holding(parameters.filter(path -> !own.contains(path)));
      state = state.and(groups.get(i).optimizer().init(free, own).under(under(i)));
    }
    return state;
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    List<Tree<Tensor>> parts = divided(parameters);
    Tree<Tensor> moved = Tree.empty();
    Tree<Tensor> next = Tree.empty();
    Tree<Tensor> report = Tree.empty();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Tree<Tensor> own = parts.get(i);
      Objective free = objective.holding(parameters.filter(path -> !own.contains(path)));
      StepContext at = (i == 0 ? context : context.part(i)).atRate(groups.get(i).rate());
      Step done = groups.get(i).optimizer().step(free, own, state.subtree(under(i)), at);
      steps.add(done);
      moved = moved.and(done.parameters());
      next = next.and(done.state().under(under(i)));
      report = report.and(done.report().under(under(i)));
    }
    Tree<Tensor> all = moved;
    Tree<Tensor> ordered = parameters.mapWithPath((path, p) -> all.get(path));
    return new Step(
        ordered,
        next,
        steps.getFirst().loss(),
        report,
        steps.stream().flatMap(step -> step.next().stream()).reduce(GroupedOptimizer::larger));
  }

  /** The larger size, which is 0 only where both are; the same examples where all want them. */
  private static NextBatch larger(NextBatch one, NextBatch two) {
    return new NextBatch(one.size().max(two.size()), one.again().and(two.again()));
  }

  @Override
  public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
    List<Tree<Tensor>> parts = divided(parameters);
    Tree<Tensor> points = Tree.empty();
    for (int i = 0; i < parts.size(); i++) {
      points =
          points.and(
              groups.get(i).optimizer().evaluationPoint(parts.get(i), state.subtree(under(i))));
    }
    Tree<Tensor> all = points;
    return parameters.mapWithPath((path, p) -> all.get(path));
  }

  @Override
  public Set<Objective.Need> needs() {
    Set<Objective.Need> needs = EnumSet.noneOf(Objective.Need.class);
    groups.forEach(group -> needs.addAll(group.optimizer().needs()));
    return needs;
  }

  @Override
  public Set<Objective.Batch> batches() {
    Set<Objective.Batch> batches = EnumSet.noneOf(Objective.Batch.class);
    groups.forEach(group -> batches.addAll(group.optimizer().batches()));
    return batches;
  }

  @Override
  public Optional<Long> firstBatch() {
    return groups.stream()
        .flatMap(group -> group.optimizer().firstBatch().stream())
        .max(Long::compare);
  }
}
