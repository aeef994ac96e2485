// SPDX-License-Identifier: Apache-2.0
// A compiler is a family of programs that hand files to each other; what it makes is run, too.
#include "conformance/batteries/equivalence/programs.h"

namespace loadline::conformance::equivalence {
namespace {

constexpr const char* kHello = R"(
#include <stdio.h>
int main(int argc, char** argv) {
  printf("hello, %d words, the first is %s\n", argc, argv[0]);
  return 42;
}
)";

constexpr const char* kThreads = R"(
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
static atomic_int count;
static _Thread_local int own;
static void* add(void* unused) {
  for (int i = 0; i < 10000; ++i) { ++own; atomic_fetch_add(&count, 1); }
  return unused;
}
int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, add, NULL);
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  printf("%d %d\n", count, own);
  return 0;
}
)";

constexpr const char* kNumbers = R"(
#include <math.h>
#include <stdio.h>
int main(void) {
  double sum = 0;
  for (int i = 1; i < 100000; ++i) sum += sin(i) / sqrt(i);
  printf("%.17g %a %.3f\n", sum, 0.1, pow(2, 0.5));
  return 0;
}
)";

constexpr const char* kLibrary = R"(
#ifdef LIBRARY
int answer(void) { return 42; }
#else
#include <dlfcn.h>
#include <stdio.h>
int main(void) {
  void* library = dlopen("./library.so", RTLD_NOW);
  int (*answer)(void) = (int (*)(void))dlsym(library, "answer");
  printf("%d\n", answer());
  return dlopen("./missing.so", RTLD_NOW) != NULL;
}
#endif
)";

constexpr Program kPrograms[] = {
    {"hello", "gcc -x c - -o hello && ./hello a b; echo $?", kHello},
    {"hello-static",
     "gcc -static -x c - -o hello && ./hello; echo $?; file=$(wc -c <hello); "
     "[ $file -gt 100000 ] && echo large",
     kHello},
    {"hello-optimised",
     "gcc -O2 -x c - -S -o - | wc -l; echo 'int x = ;' | gcc -x c - -c -o y; echo $?", kHello},
    {"objects",
     "gcc -O1 -c -x c - -o hello.o && ar rc x.a hello.o && gcc x.a -o hello && ./hello; "
     "nm hello.o; strip hello; ./hello; echo $?",
     kHello},
    {"threads", "gcc -O1 -pthread -x c - -o threads && ./threads", kThreads},
    {"numbers", "gcc -O1 -x c - -o numbers -lm && ./numbers", kNumbers},
    {"libraries",
     "cat >l.c; gcc -DLIBRARY -shared -fPIC l.c -o library.so && gcc l.c -o user -ldl && ./user; "
     "echo $?",
     kLibrary},
};

}  // namespace

std::span<const Program> CompilerPrograms() { return kPrograms; }

}  // namespace loadline::conformance::equivalence
