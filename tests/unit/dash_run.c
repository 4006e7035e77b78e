#include "tests/unit/dash_run.h"

#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

char root[] = "/tmp/seqsh-dash.XXXXXX";
char dir[64];
int lock_fd;
struct dash d;

static void copy(const char *name)
{
    char from[100], to[100];
    struct str text = STR_INIT;
    struct err err;
    snprintf(from, sizeof from, "fixture/add3-0907/%s", name);
    snprintf(to, sizeof to, "%s/%s", dir, name);
    if (file_read(source(from), 1 << 20, &text, &err) < 0 ||
        file_write(to, str_cstr(&text), text.n, &err) < 0)
        fail_msg("%s", err.msg);
    str_release(&text);
}

void put_lock(int pid)
{
    char text[40], path[100];
    snprintf(path, sizeof path, "%s/lock", dir);
    lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int n = snprintf(text, sizeof text, "%d\n", pid);
    assert_int_equal(write(lock_fd, text, (size_t)n), n);
    assert_int_equal(flock(lock_fd, LOCK_EX | LOCK_NB), 0);
}

void put_status(const char *state, int pid)
{
    char text[300], path[100];
    snprintf(path, sizeof path, "%s/status", dir);
    snprintf(text, sizeof text,
             "{\"state\":\"%s\",\"pid\":%d,\"host\":\"\",\"beat\":1757240029.4,"
             "\"started\":1757240000.0,\"step\":7168,\"steps\":10560,\"epoch\":20.4,"
             "\"epochs\":30,\"message\":\"disk \\u001b[31mfull\"}",
             state, pid);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

void put_event(const char *line)
{
    char path[100];
    snprintf(path, sizeof path, "%s/events.jsonl", dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fprintf(f, "%s\n", line);
    fclose(f);
}

int dash_run_begin(void **state)
{
    (void)state;
    memcpy(root + strlen(root) - 6, "XXXXXX", 6);
    if (!mkdtemp(root))
        return -1;
    snprintf(dir, sizeof dir, "%s/add3-0907", root);
    dir_make(dir, NULL);
    copy("config");
    copy("events.jsonl");
    copy("status");
    put_lock(4121);
    setenv("TZ", "UTC", 1);
    ui_utf8_set(true);
    theme_init();
    dash_init(&d, dir, false);
    dash_poll(&d, NOW);
    return 0;
}

int dash_run_end(void **state)
{
    (void)state;
    static const char *const files[] = { "events.jsonl", "status", "lock", "config",
                                         "last.safetensors", "model.safetensors", "view" };
    char path[100];
    dash_release(&d);
    close(lock_fd);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    return rmdir(dir) || rmdir(root);
}

/* The screen; the folder, whose name is another each time, as DIR. */
char *drawn(int w, int h)
{
    struct canvas *c = canvas_new(w, h);
    struct str text = STR_INIT;
    dash_draw(&d, c, NOW);
    canvas_dump(c, &text);
    canvas_free(c);
    char *at = strstr(str_cstr(&text), dir);
    if (at) {
        char *rest = at + strlen(dir);
        memcpy(at, "DIR", 3);
        memmove(at + 3, rest, strlen(rest) + 1);
    }
    return str_take(&text);
}

bool sees(const char *what)
{
    char *screen = drawn(100, 30);
    bool found = strstr(screen, what) != NULL;
    free(screen);
    return found;
}
