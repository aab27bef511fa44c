// test_int.h - inside of `test`.
//
// test_flags.c  words of the command line     ->  flags, packages, arguments of the programs
// test_build.c  packages                      ->  TestJobs with their programs; what is wrong with those that have none
// test_workers.c                              ->  in processes that build one after the other
// test_vet.c    packages                      ->  what the analyzers find in them, beside the builds
// test_run.c    programs                      ->  verdicts
// test.c        all of it, in the packages' order
#pragma once
#include "cmd/cmd.h"
#include "test/test.h"

typedef struct TestFlags {
    StrVec packages; // as given; none: local directory mode
    StrVec args;     // of the programs
    i64 timeout;     // ns; 0: none
    bool v, json, help, outputdir_given;
    bool json_builds; // with json: what builds say is events too
} TestFlags;
bool test_flags(Cmd *, TestFlags *, int *rc);      // false: reported, and the exit code
Str test_flag_error(Arena *, Str name, Str value); // "": it is well-formed
const char *test_profile_flag(const Cmd *);        // "-cpuprofile"; NULL: none is given

typedef struct TestCover { // -cover
    bool on;
    CoverMode mode;
    StrVec patterns; // of -coverpkg; none: the package under test
    Pkg **pkgs;      // that match
    i64 npkgs;
    Str metafiles; // the text of metafiles.txt: of packages that a program may lack
    Str out;       // -coverprofile; "": none
    int fd;
} TestCover;
typedef enum TestStage { TEST_WAITS, TEST_BUILDING, TEST_BUILT, TEST_RUNNING, TEST_DONE, TEST_PRINTED } TestStage;
typedef struct TestLine { // the line that a program's output is in
    char b[80];
    i64 len;
    bool long_;
} TestLine;
typedef struct TestWorker TestWorker;
typedef struct TestJob {
    struct Test *t;
    Pkg *pkg;
    TestProgram program;
    TestStage stage;
    bool has_tests, imported, build_failed; // imported: by another that is tested
    Str main_text;                          // of the generated file
    Str binary, target;                     // in the work folder; where -c or -o wants it, "": nowhere
    Process *process;
    Buf text;         // of the build
    Str failed_build; // the package that could not be built
    Buf held;         // what is printed when it is this package's turn
    Converter *json;  // NULL: without -json
    Buf events;       // that are not printed yet
    i64 output_len;   // of the program's output as far as it went through us
    TestLine line;
    const char *nothing;    // " [no tests to run]"
    Buf whole;              // that line, as long as it is, until one tells the coverage
    Str coverage;           // of the first line that tells it: "83.3% of statements"
    Str profile;            // of a result that is known
    bool cacheable;         // its result may be known, and be kept
    CacheKey keys[2];       // of what it is made of; of the program
    Str known;              // the output that it would have
    Buf kept;               // its output, where that is printed as it comes
    bool looked, is_known;  // it was asked whether its result is known; it is
    struct VetUnit *vet[2]; // of the package, and of the tests outside of it; NULL: nothing to look at
} TestJob;
typedef struct Test {
    Cmd *c;
    TestFlags f;
    ProgramOptions o;
    Program *p;
    VEC(TestJob *) jobs;
    VEC(TestWorker *) workers; // that have not ended
    Processes ps;
    Keeper keeper;
    u64 own_key;   // cmd_own_key; 0: not asked for yet
    Map *keys;     // Pkg -> CacheKey
    Map *told;     // texts of failed builds that were shown
    i64 npackages; // those that could not be set up, too
    Str work;      // folder
    char **env;
    TestCover cover;
    int rc;
    bool fail_fast;      // no more programs are started
    struct TestVet *vet; // NULL: off
    struct Steps *steps; // -n, -x, -toolexec: programs are made by commands; NULL: in workers
} Test;

// test_build.c
bool test_load(Test *); // jobs; packages that cannot be set up are reported
void test_start_build(TestJob *);
bool test_build(TestJob *); // in a worker
void test_end_build(TestJob *, bool good);
// test_workers.c
void test_give(TestJob *); // to a worker, which builds it
void test_end_workers(
    Test *, bool idle); // idle: those without a job are told to end. Of those that have ended, nothing is left.
// test_vet.c. begin: a process looks at what is not known, while others build. settled: it is known of the job. passed: nothing was found, else
// it is told.
void test_vet_begin(Test *);
void test_vet_end(Test *); // if the process has ended
bool test_vet_settled(const TestJob *);
bool test_vet_passed(TestJob *);
// test_fuzz.c
bool test_fuzz_allowed(Loader *, const Pkg *);
Str test_fuzz_dir(const TestJob *); // where inputs are kept that led somewhere new
// test_cache.c. find: true, j->known is what the job has to say. built: its program is there.
bool test_find_result(TestJob *j);
bool test_find_built(TestJob *j);
const CacheKey *test_package_key(Test *, Pkg *); // what it is made of, with all that it imports
void test_keep_result(TestJob *j, Str output);
bool test_target_known(TestJob *); // what stands at its target is what a build would leave
void test_keep_target(TestJob *);
// test_cover.c
void test_cover_options(Test *);
void test_cover_select(Test *, Pkg **, i64 n);   // before programs are set up
void test_cover_variants(TestJob *);             // when one is
const TestMainCover *test_cover_main(TestJob *); // NULL: without
bool test_cover_begin(Test *);                   // all jobs are known; false: reported
Str test_cover_dir(TestJob *);                   // made, for a program's files; "": without
Str test_cover_file(TestJob *);                  // where it writes its profile
void test_cover_key(Test *, CacheHash *);
bool test_cover_untested(TestJob *); // a package without tests: its line; false: it has no blocks
void test_cover_merge(TestJob *);    // into -coverprofile
void test_cover_end(Test *);
// test_run.c. A program's output goes where ours goes as it comes, is printed as it comes, or is held back until all before it is printed.
bool test_streams(const Test *);
bool test_echoes(const Test *);
void test_write(TestJob *, const char *fmt, ...) PRINTF_LIKE(2, 3); // of the verdict
void test_start_run(TestJob *);
void test_end_run(TestJob *);
void test_show(Str); // on standard output
