namespace SumSocket.SystemTests.Torture;

/// <summary>
/// Nothing is lost and nothing grows: some seconds of it here; <c>SOAK_MINUTES=60</c> makes it an hour, which finds what loses a byte a
/// request.
/// </summary>
public sealed class SoakTests
{
    [Fact(Timeout = 24 * 3_600_000)]
    public async Task Under_faults_of_all_kinds_every_request_is_accounted_for_and_nothing_grows()
    {
        SoakPlan plan = SoakPlan.FromEnvironment();
        await using Soak soak = await Soak.StartAsync(plan, Say);

        await soak.RunAsync();

        soak.Faults.Should().BeEmpty();

        void Say(string line)
        {
            if (plan.IsLong)
                Console.WriteLine(line); // now: the runner keeps output of tests until their end
            else
                TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_leak_is_found()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // else it fills what other tests left
        await using Soak soak = await Soak.StartAsync(new SoakPlan { Length = TimeSpan.FromSeconds(5), Leaks = true }, static _ => { });

        await soak.RunAsync();

        foreach (string grows in (string[])["TCP server, descriptors", "generator, descriptors", "generator, memory", "generator, heap"])
            soak.Faults.Should().Contain(fault => fault.StartsWith($"{grows}: ") && fault.EndsWith("GROWS"));
    }
}
