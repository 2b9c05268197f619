using Microsoft.Build.Framework;

namespace CrCache.Tasks;

/// <summary>A line that a person who tests should see.</summary>
internal static class Announcement
{
    // The terminal logger shows no message of a project, however important, but what its test run prints: by this type.
    // Since MSBuild 17.8, which is newer than what these tasks are compiled against; older ones have no such logger.
    private static readonly Type? s_extendedMessage =
        typeof(BuildMessageEventArgs).Assembly.GetType("Microsoft.Build.Framework.ExtendedBuildMessageEventArgs");

    /// <summary>Says it, whichever logger there is.</summary>
    public static void Say(IBuildEngine engine, string text) =>
        engine.LogMessageEvent(s_extendedMessage is null
            ? new BuildMessageEventArgs(text, null, null, MessageImportance.High)
            : (BuildMessageEventArgs)Activator.CreateInstance(s_extendedMessage, "TLTESTOUTPUT", text, null, null, MessageImportance.High));
}
