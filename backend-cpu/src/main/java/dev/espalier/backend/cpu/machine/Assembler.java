package dev.espalier.backend.cpu.machine;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Assembles the few x86-64 instructions that the product kernels need: moves and sums of 64-bit
 * registers, jumps, and packed arithmetic on vectors of 32 bytes (AVX2, FMA) or 64 bytes (AVX-512).
 * Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
 */
final class Assembler {
  /** A general register. */
  enum Register {
    RAX(0),
    RCX(1),
    RDX(2),
    RBX(3),
    RSP(4),
    RBP(5),
    RSI(6),
    RDI(7),
    R8(8),
    R9(9),
    R10(10),
    R11(11),
    R12(12),
    R13(13),
    R14(14),
    R15(15);

    private final int number;

    Register(int number) {
      this.number = number;
    }
  }

  /** The condition of a jump, after a comparison of signed numbers. */
  enum Condition {
    EQUAL(0x4),
    NOT_EQUAL(0x5),
    LESS(0xC),
    AT_LEAST(0xD),
    AT_MOST(0xE),
    GREATER(0xF);

    private final int code;

    Condition(int code) {
      this.code = code;
    }
  }

  /**
   * A place in memory, {@code base + index * scale + displacement}.
   *
   * @param index RSP where there is none, as in the encoding
   * @param scale 1, 2, 4 or 8
   */
  record Address(Register base, Register index, int scale, int displacement) {
    static Address at(Register base) {
      return at(base, 0);
    }

    static Address at(Register base, int displacement) {
      return new Address(base, Register.RSP, 1, displacement);
    }

    static Address at(Register base, Register index, int scale) {
      return new Address(base, index, scale, 0);
    }
  }

  /** A place in the code that jumps lead to. */
  static final class Label {
    private int position = -1;
    private final List<Integer> jumps = new ArrayList<>();
  }

  private final Vectors vectors;
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private final List<Label> labels = new ArrayList<>();

  Assembler(Vectors vectors) {
    this.vectors = vectors;
  }

  /** The code, with every jump led to its label. */
  byte[] code() {
    byte[] bytes = code.toByteArray();
    for (Label label : labels) {
      for (int jump : label.jumps) {
        int distance = label.position - (jump + 4);
        for (int i = 0; i < 4; i++) {
          bytes[jump + i] = (byte) (distance >> (8 * i));
        }
      }
    }
    return bytes;
  }

  Label label() {
    Label label = new Label();
    labels.add(label);
    return label;
  }

  /** The label stands for the next instruction. */
  void bind(Label label) {
    label.position = code.size();
  }

  void jump(Label to) {
    bytes(0xE9);
    distance(to);
  }

  void jump(Condition condition, Label to) {
    bytes(0x0F, 0x80 + condition.code);
    distance(to);
  }

  private void distance(Label to) {
    to.jumps.add(code.size());
    word(0);
  }

  void push(Register register) {
    if (register.number >= 8) {
      bytes(0x41);
    }
    bytes(0x50 + (register.number & 7));
  }

  void pop(Register register) {
    if (register.number >= 8) {
      bytes(0x41);
    }
    bytes(0x58 + (register.number & 7));
  }

  void ret() {
    bytes(0xC3);
  }

  /** {@code to = from}. */
  void move(Register to, Register from) {
    wide(0x8B, to.number, from);
  }

  /** {@code to = the 64 bits there}. */
  void load(Register to, Address from) {
    wide(0x8B, to.number, from);
  }

  /** {@code to = the 32 bits there}, with their sign. */
  void loadInt(Register to, Address from) {
    wide(0x63, to.number, from);
  }

  /** {@code the 64 bits there = from}. */
  void store(Address to, Register from) {
    wide(0x89, from.number, to);
  }

  /** {@code to = the address}. */
  void address(Register to, Address from) {
    wide(0x8D, to.number, from);
  }

  /** {@code to += from}. */
  void add(Register to, Register from) {
    wide(0x03, to.number, from);
  }

  /** {@code to += the 64 bits there}. */
  void add(Register to, Address from) {
    wide(0x03, to.number, from);
  }

  /** {@code to += number}. */
  void add(Register to, int number) {
    wide(0x81, 0, to);
    word(number);
  }

  /** {@code to -= number}, to be compared with 0. */
  void subtract(Register to, int number) {
    wide(0x81, 5, to);
    word(number);
  }

  /** {@code the 64 bits there -= number}, to be compared with 0. */
  void subtract(Address to, int number) {
    wide(0x81, 5, to);
    word(number);
  }

  /** Compares with a number. */
  void compare(Address left, int right) {
    wide(0x81, 7, left);
    word(right);
  }

  /** Compares with a number. */
  void compare(Register left, int right) {
    wide(0x81, 7, left);
    word(right);
  }

  /** Asks for the line of memory to be brought into the first-level cache. */
  void prefetch(Address at) {
    prefetch(1, at);
  }

  /** Asks for the line of memory to be brought into the second-level cache. */
  void prefetchFar(Address at) {
    prefetch(2, at);
  }

  private void prefetch(int level, Address at) {
    rex(false, level, at);
    bytes(0x0F, 0x18);
    operand(level, at);
  }

  private void wide(int opcode, int register, Register other) {
    bytes(0x48 | (register >= 8 ? 4 : 0) | (other.number >= 8 ? 1 : 0));
    bytes(opcode, 0xC0 | (register & 7) << 3 | (other.number & 7));
  }

  private void wide(int opcode, int register, Address other) {
    rex(true, register, other);
    bytes(opcode);
    operand(register, other);
  }

  private void rex(boolean wide, int register, Address at) {
    int bits =
        (wide ? 8 : 0)
            | (register >= 8 ? 4 : 0)
            | (at.index().number >= 8 ? 2 : 0)
            | (at.base().number >= 8 ? 1 : 0);
    if (bits != 0) {
      bytes(0x40 | bits);
    }
  }

  /** The bytes that name a register and a place in memory. */
  private void operand(int register, Address at) {
    int base = at.base().number & 7;
    boolean plain = at.displacement() == 0 && base != Register.RBP.number;
    boolean indexed = at.index() != Register.RSP || base == Register.RSP.number;
    bytes((plain ? 0 : 0x80) | (register & 7) << 3 | (indexed ? 4 : base));
    if (indexed) {
      int scale = Integer.numberOfTrailingZeros(at.scale());
      bytes(scale << 6 | (at.index().number & 7) << 3 | base);
    }
    if (!plain) {
      word(at.displacement());
    }
  }

  /** Sets a vector to zeros. */
  void zero(int to) {
    if (vectors.masked()) {
      packed(Opcode.XOR_INTEGERS, to, to, to);
    } else {
      packed(Opcode.XOR, to, to, to);
    }
  }

  /** {@code every lane of to = the element there}. */
  void broadcast(int to, Address from) {
    packed(vectors.broadcast(), to, 0, from, 0);
  }

  /** {@code to = the vector there}. */
  void loadVector(int to, Address from) {
    packed(vectors.load(), to, 0, from, 0);
  }

  /** {@code the vector there = from}. */
  void storeVector(Address to, int from) {
    packed(vectors.store(), from, 0, to, 0);
  }

  /**
   * {@code to = the lanes there that the mask has}, zeros elsewhere.
   *
   * @param mask with AVX2 a vector, with AVX-512 a mask register
   */
  void loadVector(int to, Address from, int mask) {
    if (vectors.masked()) {
      packed(vectors.load().zeroing(), to, 0, from, mask);
    } else {
      packed(vectors.maskedLoad(), to, mask, from, 0);
    }
  }

  /** {@code the lanes there that the mask has = from}. */
  void storeVector(Address to, int from, int mask) {
    if (vectors.masked()) {
      packed(vectors.store(), from, 0, to, mask);
    } else {
      packed(vectors.maskedStore(), from, mask, to, 0);
    }
  }

  /** {@code sum = a * b + sum}, rounded once. */
  void multiplyAdd(int sum, int a, int b) {
    packed(vectors.multiplyAdd(), sum, a, b);
  }

  /** {@code to = a + b}. */
  void addVectors(int to, int a, int b) {
    packed(vectors.add(), to, a, b);
  }

  /** {@code the lower 16 bytes of to = those there}, zeros above; with AVX. */
  void loadHalf(int to, Address from) {
    bytes(0xC4, inverted(to, from) | 1, 0x78, 0x10);
    operand(to, from);
  }

  /** {@code the upper 16 bytes of to = those there}, with AVX. */
  void loadUpperHalf(int to, Address from) {
    bytes(0xC4, inverted(to, from) | 3, (~to & 15) << 3 | 5, 0x18);
    operand(to, from);
    bytes(1);
  }

  private static int inverted(int register, Address at) {
    return ((register & 8) != 0 ? 0 : 0x80)
        | (at.index().number >= 8 ? 0 : 0x40)
        | (at.base().number >= 8 ? 0 : 0x20);
  }

  /** {@code to = a0 b0 a1 b1} of the floats of each half. */
  void interleaveLow(int to, int a, int b) {
    packed(Opcode.UNPACK_LOW, to, a, b);
  }

  /** {@code to = a2 b2 a3 b3} of the floats of each half. */
  void interleaveHigh(int to, int a, int b) {
    packed(Opcode.UNPACK_HIGH, to, a, b);
  }

  /** {@code to = a0 a1 b0 b1} of the floats of each half. */
  void interleavePairsLow(int to, int a, int b) {
    packed(Opcode.UNPACK_PAIRS_LOW, to, a, b);
  }

  /** {@code to = a2 a3 b2 b3} of the floats of each half. */
  void interleavePairsHigh(int to, int a, int b) {
    packed(Opcode.UNPACK_PAIRS_HIGH, to, a, b);
  }

  /** Of each half of the vectors two floats of a, then two of b; two bits of the order for each. */
  void shuffle(int to, int a, int b, int order) {
    packed(Opcode.SHUFFLE, to, a, b);
    bytes(order);
  }

  /** The pairs of floats of a vector in another order, with AVX2; two bits of it for each. */
  void permutePairs(int to, int from, int order) {
    packed(Opcode.PERMUTE_PAIRS, to, 0, from);
    bytes(order);
  }

  /** {@code mask = the low 16 bits of from}, with AVX-512. */
  void loadMask(int mask, Register from) {
    bytes(0xC5, 0xF8, 0x92, 0xC0 | mask << 3 | from.number);
  }

  /** The upper halves of the vectors are set free, for code without AVX. */
  void zeroUpper() {
    bytes(0xC5, 0xF8, 0x77);
  }

  private void packed(Opcode op, int to, int a, int b) {
    prefix(op, to, a, (b & 16) != 0, (b & 8) != 0, 0);
    bytes(op.code(), 0xC0 | (to & 7) << 3 | (b & 7));
  }

  private void packed(Opcode op, int to, int a, Address b, int mask) {
    prefix(op, to, a, b.index().number >= 8, b.base().number >= 8, mask);
    bytes(op.code());
    operand(to, b);
  }

  private void prefix(Opcode op, int register, int second, boolean x, boolean b, int mask) {
    int inverted = ((register & 8) != 0 ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20);
    if (vectors.masked()) {
      bytes(0x62, inverted | ((register & 16) != 0 ? 0 : 0x10) | op.map());
      bytes((op.wide() ? 0x80 : 0) | (~second & 15) << 3 | 4 | op.prefix());
      bytes((op.zeroes() ? 0x80 : 0) | 0x40 | ((second & 16) != 0 ? 0 : 8) | mask);
    } else {
      bytes(0xC4, inverted | op.map());
      bytes((op.wide() ? 0x80 : 0) | (~second & 15) << 3 | 4 | op.prefix());
    }
  }

  private void bytes(int... values) {
    for (int value : values) {
      code.write(value);
    }
  }

  private void word(int value) {
    bytes(value, value >> 8, value >> 16, value >> 24);
  }
}
