package dev.espalier.backend.cpu.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.backend.cpu.machine.Assembler.Address;
import dev.espalier.backend.cpu.machine.Assembler.Condition;
import dev.espalier.backend.cpu.machine.Assembler.Label;
import dev.espalier.backend.cpu.machine.Assembler.Register;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Encodings as the GNU assembler gives them, those of AVX-512 above all: few machines run them. */
class AssemblerTest {
  private static void assertCode(Vectors vectors, Consumer<Assembler> instruction, String bytes) {
    Assembler assembler = new Assembler(vectors);
    instruction.accept(assembler);
    assertThat(HexFormat.ofDelimiter(" ").formatHex(assembler.code())).isEqualTo(bytes);
  }

  private static Address at(Register base) {
    return Address.at(base);
  }

  @Test
  void vectorsOf64BytesOfFloats() {
    Vectors v = Vectors.FLOATS_AVX512;
    Address indexed = Address.at(Register.R12, Register.R8, 2);
    assertCode(v, a -> a.zero(3), "62 f1 65 48 ef db");
    assertCode(v, a -> a.zero(23), "62 a1 45 40 ef ff");
    assertCode(v, a -> a.broadcast(26, at(Register.RBX)), "62 62 7d 48 18 13");
    assertCode(v, a -> a.broadcast(31, indexed), "62 02 7d 48 18 3c 44");
    assertCode(v, a -> a.loadVector(24, at(Register.R14)), "62 41 7c 48 10 06");
    assertCode(v, a -> a.storeVector(at(Register.RSI), 17), "62 e1 7c 48 11 0e");
    assertCode(v, a -> a.loadVector(26, at(Register.R15), 1), "62 41 7c c9 10 17");
    assertCode(v, a -> a.storeVector(at(Register.R15), 22, 1), "62 c1 7c 49 11 37");
    assertCode(v, a -> a.multiplyAdd(22, 27, 25), "62 82 25 40 b8 f1");
    assertCode(Vectors.BF16_PAIRS_AVX512, a -> a.multiplyAdd(22, 27, 25), "62 82 26 40 52 f1");
    assertCode(v, a -> a.addVectors(16, 26, 16), "62 a1 2c 40 58 c0");
    assertCode(v, a -> a.loadMask(1, Register.RAX), "c5 f8 92 c8");
  }

  @Test
  void vectorsOf64BytesOfDoubles() {
    Vectors v = Vectors.DOUBLES_AVX512;
    Address indexed = Address.at(Register.RDI, Register.R8, 1);
    assertCode(v, a -> a.broadcast(30, indexed), "62 22 fd 48 19 34 07");
    assertCode(v, a -> a.loadVector(9, at(Register.RDI)), "62 71 fd 48 10 0f");
    assertCode(v, a -> a.storeVector(at(Register.R15), 17), "62 c1 fd 48 11 0f");
    assertCode(v, a -> a.multiplyAdd(1, 12, 24), "62 92 9d 48 b8 c8");
    assertCode(v, a -> a.addVectors(7, 26, 7), "62 f1 ad 40 58 ff");
  }

  @Test
  void vectorsOf32Bytes() {
    Vectors v = Vectors.FLOATS_AVX2;
    Vectors d = Vectors.DOUBLES_AVX2;
    Address indexed = Address.at(Register.RBX, Register.R8, 2);
    assertCode(v, a -> a.zero(11), "c4 41 24 57 db");
    assertCode(v, a -> a.loadInt(Register.RBP, at(Register.R14)), "49 63 2e");
    assertCode(v, a -> a.broadcast(15, indexed), "c4 22 7d 18 3c 43");
    assertCode(v, a -> a.loadVector(12, at(Register.R14)), "c4 41 7c 10 26");
    assertCode(v, a -> a.loadVector(14, at(Register.R15), 12), "c4 42 1d 2c 37");
    assertCode(v, a -> a.storeVector(at(Register.R15), 9, 12), "c4 42 1d 2e 0f");
    assertCode(d, a -> a.loadVector(14, at(Register.R15), 12), "c4 42 1d 2d 37");
    assertCode(d, a -> a.storeVector(at(Register.R15), 9, 12), "c4 42 1d 2f 0f");
    assertCode(v, a -> a.multiplyAdd(11, 15, 13), "c4 42 05 b8 dd");
    assertCode(d, a -> a.multiplyAdd(0, 14, 12), "c4 c2 8d b8 c4");
    assertCode(v, a -> a.shuffle(9, 3, 12, 0x88), "c4 41 64 c6 cc 88");
    assertCode(v, a -> a.permutePairs(11, 14, 0xD8), "c4 43 fd 01 de d8");
    assertCode(
        v,
        a -> a.loadUpperHalf(3, Address.at(Register.R9, Register.R8, 1)),
        "c4 83 65 18 1c 01 01");
  }

  @Test
  void jumpsLeadForwardAndBack() {
    assertCode(
        Vectors.FLOATS_AVX2,
        a -> {
          Label start = a.label();
          Label end = a.label();
          a.bind(start);
          a.jump(Condition.LESS, end);
          a.push(Register.R12);
          a.jump(start);
          a.bind(end);
          a.ret();
        },
        "0f 8c 07 00 00 00 41 54 e9 f3 ff ff ff c3");
  }
}
