/** What `answer` gives; rejects with an error when it has not settled after `seconds` in which this process ran. */
export async function inTime<T>(answer: Promise<T>, seconds: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<never>((_resolve, reject) => {
    let passed = 0;
    // Second by second: it is not the other side that stands still while this process does.
    timer = setInterval(() => {
      passed += 1;
      if (passed >= seconds) reject(late());
    }, 1000);
  });
  return Promise.race([answer, isLate]).finally(() => clearInterval(timer));
}
