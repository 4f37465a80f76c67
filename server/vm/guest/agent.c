// SPDX-License-Identifier: MIT
/*
 * The lab's agent, first process of the guest: runs a session and timed actions, and sends what ftrace and the
 * terminals say to the host while it happens.
 *
 * Both directions of the port carry frames: one byte of type, four of length (little-endian), the content.
 * From the host:  F path NUL content   write a file          A at_ns command NUL   an action (at_ns -1: now)
 *                 S name NUL seconds NUL irq NUL             start
 *                 W warm up, while the module is still being built
 * To the host:    R ready   T trace text   O terminal t_ns text   C terminal t_ns status   D kernel log
 *                 X how the session ended   E nothing follows   H still here   G the kernel stopped tracing
 * Numbers are eight bytes, little-endian; times are those of the trace's clock, in ns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing/"
#define ACTIONS_MAX 64
#define POLL_MS 40
#define SETTLE_NS 300000000LL
#define INPUT_MAX (8 << 20)
#define LOG_MAX (1 << 20)

struct command {
	int64_t at_ns; /* since the origin; -1: at once */
	char *text;
	pid_t pid;
	int output, done, status;
};

static int port, pipe_fd, tracing_fd;
static unsigned char input[INPUT_MAX];
static size_t input_bytes;
static struct command commands[ACTIONS_MAX + 1]; /* the session is the first */
static int command_count = 1;
static int64_t clock_offset, origin = -1;

static int64_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int64_t trace_clock(void)
{
	return monotonic() + clock_offset;
}

static void write_all(const void *from, size_t bytes)
{
	const char *at = from;

	while (bytes) {
		ssize_t written = write(port, at, bytes);

		if (written > 0) {
			at += written;
			bytes -= written;
		} else {
			struct pollfd wait = { port, POLLOUT, 0 };

			poll(&wait, 1, 100);
		}
	}
}

static void frame(char type, const void *first, uint32_t first_bytes, const void *rest, uint32_t rest_bytes)
{
	unsigned char head[5] = { type };
	uint32_t bytes = first_bytes + rest_bytes;

	memcpy(head + 1, &bytes, 4);
	write_all(head, 5);
	write_all(first, first_bytes);
	write_all(rest, rest_bytes);
}

static void quietly(const char *line)
{
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execl("/bin/sh", "sh", "-c", line, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

static int64_t warm_ns; /* when that was done */

/* The first use of a program costs a translation of its code: not in the session. */
static void warm_up(void)
{
	quietly("lsmod; lsmod; insmod /lab/none.ko; rmmod none; dmesg | tail -1; cat /proc/uptime; ps; echo; true");
	warm_ns = monotonic();
}

static void write_file(char *content, size_t bytes)
{
	size_t name = strnlen(content, bytes);
	int fd;

	if (name >= bytes)
		return;
	for (char *slash = strchr(content + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(content, 0755);
		*slash = '/';
	}
	fd = open(content, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (fd < 0)
		return;
	for (size_t at = name + 1; at < bytes;) {
		ssize_t written = write(fd, content + at, bytes - at);

		if (written <= 0)
			break;
		at += written;
	}
	close(fd);
}

static void add_action(const char *content, size_t bytes)
{
	struct command *action = &commands[command_count];

	if (bytes <= 8 || command_count > ACTIONS_MAX)
		return;
	memcpy(&action->at_ns, content, 8);
	action->text = strndup(content + 8, bytes - 8);
	action->output = -1;
	command_count++;
}

/* The next whole frame's type, its content moved to the input's front; 0 where there is none. */
static int next_frame(char **content, uint32_t *bytes)
{
	static size_t taken;
	ssize_t got;

	if (taken) {
		memmove(input, input + taken, input_bytes - taken);
		input_bytes -= taken;
		taken = 0;
	}
	got = read(port, input + input_bytes, sizeof(input) - input_bytes);
	if (got > 0)
		input_bytes += got;
	if (input_bytes < 5)
		return 0;
	memcpy(bytes, input + 1, 4);
	if (*bytes > sizeof(input) - 5) {
		input_bytes = 0;
		return 0;
	}
	if (input_bytes < 5 + (size_t)*bytes)
		return 0;
	taken = 5 + *bytes;
	*content = (char *)input + 5;
	return input[0];
}

/* The trace's clock against ours: a CPU's statistics tell it. */
static void set_clock_offset(void)
{
	char text[1024];
	int64_t before, after;
	unsigned long seconds = 0, micros = 0;
	char *line;
	int fd = open(TRACING "per_cpu/cpu0/stats", O_RDONLY);
	ssize_t bytes;

	before = monotonic();
	bytes = read(fd, text, sizeof(text) - 1);
	after = monotonic();
	close(fd);
	if (bytes <= 0)
		return;
	text[bytes] = 0;
	line = strstr(text, "now ts:");
	if (line && sscanf(line, "now ts: %lu.%lu", &seconds, &micros) == 2)
		clock_offset = (int64_t)seconds * 1000000000 + micros * 1000 - (before + after) / 2;
}

static void begin(struct command *command, const char *directory)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return;
	command->pid = fork();
	if (!command->pid) {
		cpu_set_t first;
		struct sched_param none = { 0 };
		int null = open("/dev/null", O_RDONLY);

		CPU_ZERO(&first);
		CPU_SET(0, &first);
		sched_setscheduler(0, SCHED_OTHER, &none);
		sched_setaffinity(0, sizeof(first), &first);
		setsid();
		dup2(null, 0);
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		if (chdir(directory))
			_exit(126);
		if (command->text)
			execl("/bin/sh", "sh", "-c", command->text, NULL);
		execl("/bin/sh", "sh", "/lab/session", NULL);
		_exit(127);
	}
	close(ends[1]);
	command->output = ends[0];
	fcntl(command->output, F_SETFL, O_NONBLOCK);
}

static void send_output(struct command *command)
{
	static char text[1 << 16];
	unsigned char head[9];
	ssize_t bytes;

	if (command->output < 0)
		return;
	while ((bytes = read(command->output, text, sizeof(text))) > 0) {
		int64_t now = trace_clock();

		head[0] = command - commands + 1;
		memcpy(head + 1, &now, 8);
		frame('O', head, 9, text, bytes);
	}
	if (!bytes) {
		close(command->output);
		command->output = -1;
	}
}

/* What the trace has got; the origin is the first module's init function. */
static size_t send_trace(void)
{
	static char text[1 << 16];
	size_t sent = 0;

	for (int round = 0; round < 64; round++) {
		ssize_t bytes = read(pipe_fd, text, sizeof(text) - 1);

		if (bytes <= 0)
			break;
		text[bytes] = 0;
		if (origin < 0) {
			char *mark = strstr(text, ": wqp_init:");
			unsigned long seconds, micros;

			while (mark && mark > text && mark[-1] != ' ')
				mark--;
			if (mark && sscanf(mark, "%lu.%lu", &seconds, &micros) == 2)
				origin = (int64_t)seconds * 1000000000 + micros * 1000;
		}
		frame('T', text, bytes, NULL, 0);
		sent += bytes;
	}
	return sent;
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < command_count; i++)
			if (commands[i].pid == pid) {
				int64_t numbers[2];
				unsigned char head = i + 1;

				commands[i].done = 1;
				commands[i].status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
				send_output(&commands[i]);
				numbers[0] = trace_clock();
				numbers[1] = commands[i].status;
				frame('C', &head, 1, numbers, sizeof(numbers));
			}
}

/* Begins what is due; how long to wait for the next, in ms. */
static int start_due(const char *directory)
{
	int wait = POLL_MS;

	for (int i = 1; i < command_count; i++) {
		int64_t left;

		if (commands[i].pid || (commands[i].at_ns >= 0 && origin < 0))
			continue;
		left = commands[i].at_ns < 0 ? 0 : origin + commands[i].at_ns - trace_clock();
		if (left <= 0)
			begin(&commands[i], directory);
		else if (left / 1000000 < wait)
			wait = left / 1000000 + 1;
	}
	return wait;
}

static int all_done(void)
{
	for (int i = 0; i < command_count; i++)
		if (!commands[i].done && (commands[i].pid || origin >= 0))
			return 0;
	return 1;
}

static void send_log(void)
{
	static char log[LOG_MAX];
	int bytes = klogctl(3, log, sizeof(log));

	frame('D', log, bytes > 0 ? bytes : 0, NULL, 0);
}

/* An oops turns tracing off: from then on only the kernel's log tells what happens. */
static void watch_tracing(void)
{
	static int off, round;
	char on = '1';

	if (!off && pread(tracing_fd, &on, 1, 0) == 1 && on == '0') {
		off = 1;
		frame('G', NULL, 0, NULL, 0);
	}
	if (off && round++ % 5 == 0)
		send_log();
}

static void follow(const char *directory, int64_t seconds)
{
	int64_t end = monotonic() + seconds * 1000000000;

	while (!all_done() && monotonic() < end) {
		struct pollfd waits[ACTIONS_MAX + 2] = { { port, POLLIN, 0 } };
		int count = 1, type;
		char *content;
		uint32_t bytes;

		for (int i = 0; i < command_count; i++)
			if (commands[i].output >= 0)
				waits[count++] = (struct pollfd){ commands[i].output, POLLIN, 0 };
		poll(waits, count, start_due(directory));
		if (waits[0].revents & POLLIN)
			while ((type = next_frame(&content, &bytes)))
				if (type == 'A')
					add_action(content, bytes);
		for (int i = 0; i < command_count; i++)
			send_output(&commands[i]);
		reap();
		if (!send_trace())
			frame('H', NULL, 0, NULL, 0);
		watch_tracing();
	}
}

static void run(const char *name, int64_t seconds, int wants_irq)
{
	static char directory[256];
	struct sched_param none = { 0 };
	const char *how;

	snprintf(directory, sizeof(directory), "/root/%s", name);
	if (wants_irq)
		quietly("insmod /lab/wqplay_irq.ko; echo 1 > /sys/kernel/debug/clear_warn_once");
	if (!warm_ns || wants_irq)
		warm_up();
	while (monotonic() < warm_ns + SETTLE_NS) /* what the kernel clears up after that is not the session's */
		usleep(10000);
	klogctl(5, NULL, 0);
	set_clock_offset();
	sched_setscheduler(0, SCHED_IDLE, &none);
	tracing_fd = open(TRACING "tracing_on", O_RDWR);
	if (write(tracing_fd, "1", 1) < 0)
		fprintf(stderr, "tracing_on: %m\n");
	begin(&commands[0], directory);
	follow(directory, seconds);
	how = all_done() ? "done" : "cut";
	usleep(20000);
	send_trace();
	if (write(tracing_fd, "0", 1) < 0)
		fprintf(stderr, "tracing_on: %m\n");
	while (send_trace())
		;
	for (int i = 0; i < command_count; i++)
		send_output(&commands[i]);
	send_log();
	frame('X', how, strlen(how), NULL, 0);
	frame('E', NULL, 0, NULL, 0);
}

static void take_port(void)
{
	for (int i = 0; i < 1000; i++) {
		port = open("/dev/vport0p1", O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (port >= 0)
			return;
		usleep(10000);
	}
	fprintf(stderr, "no port\n");
}

int main(void)
{
	char *content, *seconds, *irq;
	uint32_t bytes;
	int type;

	signal(SIGPIPE, SIG_IGN);
	commands[0].output = -1;
	take_port();
	pipe_fd = open(TRACING "trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	warm_up();
	sleep(1);
	warm_ns = 0; /* a machine that starts from a snapshot has nothing translated */
	frame('R', NULL, 0, NULL, 0);
	for (;;) {
		type = next_frame(&content, &bytes);
		if (type == 'F') {
			write_file(content, bytes);
		} else if (type == 'A') {
			add_action(content, bytes);
		} else if (type == 'W') {
			warm_up();
		} else if (type == 'S') {
			content = memcpy(malloc(bytes + 2), input + 5, bytes);
			content[bytes] = content[bytes + 1] = 0;
			seconds = content + strlen(content) + 1;
			irq = seconds + strlen(seconds) + 1;
			run(content, atoll(seconds), *irq == '1');
			for (;;)
				pause();
		} else {
			usleep(5000);
		}
	}
}
