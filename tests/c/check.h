/* CHECK makes a test function return the line of what does not hold. */
#define CHECK(condition) do { if (!(condition)) return __LINE__; } while (0)
