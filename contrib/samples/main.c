/* The program inside the sample IPA: it starts and ends. */
int main(void) { return 0; }
