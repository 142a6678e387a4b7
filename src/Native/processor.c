// Runs before anything else in a native program for x64: on a processor without what the program was compiled for
// (x86-64-v3: AVX2, BMI1, BMI2, FMA, LZCNT, MOVBE) it says so in one line and exits 70, instead of an illegal instruction.
#include <cpuid.h>
#include <unistd.h>

static int is_supported(void)
{
    unsigned a, b, c, d, state;
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return 0;
    const unsigned first = bit_FMA | bit_MOVBE | bit_OSXSAVE | bit_AVX;
    if ((c & first) != first)
        return 0;
    __asm__("xgetbv" : "=a"(state), "=d"(d) : "c"(0)); // whether the system saves the wide registers (XCR0, bits 1 and 2)
    if ((state & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return 0;
    const unsigned second = bit_BMI | bit_AVX2 | bit_BMI2;
    if ((b & second) != second)
        return 0;
    return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
}

__attribute__((constructor(101))) static void check_processor(void)
{
    static const char message[] = "this program needs a processor of 2013 or later (x86-64-v3: AVX2, BMI, FMA)\n";
    if (is_supported())
        return;
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
        _exit(70);
    _exit(70);
}
