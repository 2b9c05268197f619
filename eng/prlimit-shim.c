/*
 * Lets CRIU read the limits of other processes where CAP_SYS_RESOURCE is missing (sandboxes, nested containers).
 *
 * CRIU asks with prlimit(pid, resource, NULL, &old). For a process of another user the kernel wants
 * CAP_SYS_RESOURCE even for reading, so a dump fails with "Can't get rlimit 0". The same figures stand in
 * /proc/PID/limits, for which CAP_SYS_PTRACE is enough. This library, loaded in front of libc by LD_PRELOAD, answers
 * from there when the kernel refuses. Setting a limit is never touched.
 *
 *   cc -shared -fPIC -O2 -o prlimit-shim.so prlimit-shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* First column of /proc/PID/limits, by RLIMIT_ number. */
static const char *const names[] = {
	"Max cpu time",      "Max file size",       "Max data size",     "Max stack size",
	"Max core file size", "Max resident set",   "Max processes",     "Max open files",
	"Max locked memory", "Max address space",   "Max file locks",    "Max pending signals",
	"Max msgqueue size", "Max nice priority",   "Max realtime priority", "Max realtime timeout",
};

/* The kernel prints names in a column of this width: "%-25s " (fs/proc/base.c). */
enum { NAME_WIDTH = 26 };

static rlim64_t parse_limit(const char *text)
{
	return strcmp(text, "unlimited") == 0 ? RLIM64_INFINITY : strtoull(text, NULL, 10);
}

static int read_from_proc(pid_t pid, unsigned int resource, struct rlimit64 *limit)
{
	char path[64], line[256], soft[64], hard[64];
	int result = -1;
	FILE *file;

	if (resource >= sizeof(names) / sizeof(names[0]))
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, names[resource], strlen(names[resource])) != 0 || strlen(line) < NAME_WIDTH)
			continue;
		if (sscanf(line + NAME_WIDTH, "%63s %63s", soft, hard) == 2) {
			limit->rlim_cur = parse_limit(soft);
			limit->rlim_max = parse_limit(hard);
			result = 0;
		}
		break;
	}
	fclose(file);
	return result;
}

/* CRIU calls prlimit64 by syscall(2), other programs by the functions below. */
long syscall(long number, ...)
{
	static long (*next)(long, ...);
	long a[6], result;
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);

	if (!next)
		next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	result = next(number, a[0], a[1], a[2], a[3], a[4], a[5]);

	/* a = { pid (0 is ourselves), resource, new limit, old limit } */
	if (result == -1 && errno == EPERM && number == SYS_prlimit64 && a[0] && !a[2] && a[3]) {
		if (read_from_proc((pid_t)a[0], (unsigned int)a[1], (struct rlimit64 *)a[3]) == 0)
			return 0;
		errno = EPERM;
	}
	return result;
}

int prlimit64(pid_t pid, enum __rlimit_resource resource, const struct rlimit64 *new, struct rlimit64 *old)
{
	return (int)syscall(SYS_prlimit64, (long)pid, (long)resource, new, old);
}

/* On 64-bit machines, the only ones CrCache runs on, struct rlimit is struct rlimit64. */
_Static_assert(sizeof(struct rlimit) == sizeof(struct rlimit64), "64-bit only");

int prlimit(pid_t pid, enum __rlimit_resource resource, const struct rlimit *new, struct rlimit *old)
{
	return (int)syscall(SYS_prlimit64, (long)pid, (long)resource, new, old);
}
