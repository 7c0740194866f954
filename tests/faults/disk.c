/* Stands between the server and its disk: writes down what it does to the database and its journal, and
 * lets calls fail as planned. FAULT_FOLDER names their folder, FAULT_RECORD the file to write to, FAULT_PLAN
 * the file with the plan; each of the last two may be absent. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 4096
#define LONGEST_NAME 64
#define LONGEST_SENT (1 << 16)
#define DATABASE "kiosk.sqlite"

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* As recording.py reads them. */
enum kind { CREATED = 1, WROTE, CUT, SYNC_BEGINS, SYNC_ENDS, UNLINKED, SENT };

struct record {
    int32_t kind, process, file;
    uint32_t name_length, data_length, nothing;
    int64_t offset;
};

/* Calls of these kinds (bits: 1 write, 2 sync, 4 truncate) fail with `error` once `skip` of them went well,
 * `times` times. `seen` and `failed` are counted here. */
struct plan {
    int32_t kinds, error, skip, times, seen, failed;
};

static const char *folder;
static int record_file = -1;
static struct plan *plan;

/* The name in the folder behind each file number, "." for the folder itself. */
static char names[MOST_FILES][LONGEST_NAME];

static void fail_loudly(const char *why)
{
    dprintf(2, "disk.c: %s\n", why);
    abort();
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULT_PLAN");
    folder = getenv("FAULT_FOLDER");
    if (!folder)
        fail_loudly("FAULT_FOLDER is not set");
    if (path) {
        int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
        plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (plan == MAP_FAILED)
            fail_loudly("FAULT_PLAN cannot be read");
        syscall(SYS_close, file);
    }
    path = getenv("FAULT_RECORD");
    if (path) {
        record_file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC);
        if (record_file < 0)
            fail_loudly("FAULT_RECORD cannot be written");
    }
}

static const char *name_of(int file)
{
    return file >= 0 && file < MOST_FILES && names[file][0] ? names[file] : NULL;
}

static const char *name_in_folder(const char *path)
{
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0)
        return NULL;
    if (path[length] == '\0')
        return ".";
    if (path[length] != '/')
        return NULL;
    path += length + 1;
    return strncmp(path, DATABASE, strlen(DATABASE)) == 0 && strlen(path) < LONGEST_NAME ? path : NULL;
}

/* One append is one piece, whichever thread or process it comes from. */
static void record(enum kind kind, int file, const char *name, int64_t offset, const void *data, size_t length)
{
    if (record_file < 0)
        return;
    int before = errno;
    struct record head = {kind, getpid(), file, (uint32_t)strlen(name), (uint32_t)length, 0, offset};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)name, head.name_length}, {(void *)data, length}};
    ssize_t wanted = (ssize_t)(sizeof head + head.name_length + length);
    if (syscall(SYS_writev, record_file, parts, 3) != wanted)
        fail_loudly("FAULT_RECORD cannot be written");
    errno = before;
}

static int fails(int kind)
{
    if (!plan || !(plan->kinds & kind))
        return 0;
    int number = __atomic_add_fetch(&plan->seen, 1, __ATOMIC_SEQ_CST);
    if (number <= plan->skip || number > plan->skip + plan->times)
        return 0;
    __atomic_add_fetch(&plan->failed, 1, __ATOMIC_SEQ_CST);
    return 1;
}

static int opened(int file, const char *path, int is_new)
{
    const char *name = file >= 0 && file < MOST_FILES ? name_in_folder(path) : NULL;
    if (name) {
        strcpy(names[file], name);
        if (is_new)
            record(CREATED, file, name, 0, "", 0);
    }
    return file;
}

#define OPEN(open)                                                                      \
    int open(const char *path, int flags, ...)                                          \
    {                                                                                   \
        va_list more;                                                                   \
        va_start(more, flags);                                                          \
        int mode = __OPEN_NEEDS_MODE(flags) ? va_arg(more, int) : 0;                    \
        va_end(more);                                                                   \
        int is_new = (flags & O_CREAT) && syscall(SYS_access, path, F_OK) != 0;         \
        return opened(REAL(open)(path, flags, mode), path, is_new);                     \
    }
OPEN(open)
OPEN(open64)

int close(int file)
{
    if (file >= 0 && file < MOST_FILES)
        names[file][0] = '\0';
    return REAL(close)(file);
}

#define PWRITE(pwrite, offset_type)                                                     \
    ssize_t pwrite(int file, const void *data, size_t length, offset_type offset)       \
    {                                                                                   \
        const char *name = name_of(file);                                               \
        int is_failing = name && fails(1);                                              \
        /* A full disk takes what still fits. */                                        \
        size_t fits = !is_failing ? length : plan->error == ENOSPC ? length / 2 : 0;    \
        ssize_t done = fits || !is_failing ? REAL(pwrite)(file, data, fits, offset) : 0; \
        if (name && done > 0)                                                           \
            record(WROTE, file, name, offset, data, (size_t)done);                      \
        if (is_failing) {                                                               \
            errno = plan->error;                                                        \
            return -1;                                                                  \
        }                                                                               \
        return done;                                                                    \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define FTRUNCATE(ftruncate, offset_type)                                               \
    int ftruncate(int file, offset_type length)                                         \
    {                                                                                   \
        const char *name = name_of(file);                                               \
        if (name && fails(4)) {                                                         \
            errno = plan->error;                                                        \
            return -1;                                                                  \
        }                                                                               \
        int result = REAL(ftruncate)(file, length);                                     \
        if (name && result == 0)                                                        \
            record(CUT, file, name, length, "", 0);                                     \
        return result;                                                                  \
    }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

#define FSYNC(fsync)                                                                    \
    int fsync(int file)                                                                 \
    {                                                                                   \
        const char *name = name_of(file);                                               \
        if (name && fails(2)) {                                                         \
            errno = plan->error;                                                        \
            return -1;                                                                  \
        }                                                                               \
        if (name)                                                                       \
            record(SYNC_BEGINS, file, name, 0, "", 0);                                  \
        int result = REAL(fsync)(file);                                                 \
        if (name && result == 0)                                                        \
            record(SYNC_ENDS, file, name, 0, "", 0);                                    \
        return result;                                                                  \
    }
FSYNC(fsync)
FSYNC(fdatasync)

int unlink(const char *path)
{
    const char *name = name_in_folder(path);
    int result = REAL(unlink)(path);
    if (name && result == 0)
        record(UNLINKED, -1, name, 0, "", 0);
    return result;
}

/* Every answer leaves through a socket; it is written down before it goes. */
static int is_socket(int file)
{
    struct stat about;
    return record_file >= 0 && fstat(file, &about) == 0 && S_ISSOCK(about.st_mode);
}

static void sent(int file, const void *data, size_t length)
{
    /* Answers to taps are short. */
    record(SENT, file, "", 0, data, length < LONGEST_SENT ? length : LONGEST_SENT);
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
    if (is_socket(file))
        for (int i = 0; i < count; i++)
            sent(file, parts[i].iov_base, parts[i].iov_len);
    return REAL(writev)(file, parts, count);
}

ssize_t write(int file, const void *data, size_t length)
{
    if (name_of(file))
        fail_loudly("the database is written in a way that is not seen here");
    if (is_socket(file))
        sent(file, data, length);
    return REAL(write)(file, data, length);
}
