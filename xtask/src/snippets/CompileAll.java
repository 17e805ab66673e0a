import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles the Main.java of every folder that is named, into the same folder. The first argument is the class path. */
public class CompileAll {
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean failed = false;
        for (int at = 1; at < args.length; at++) {
            String file = args[at] + "/Main.java";
            int result = compiler.run(null, null, null, "-encoding", "UTF-8", "-nowarn", "-Xlint:-options", "-cp", args[0], "-d", args[at], file);
            failed |= result != 0;
        }
        System.exit(failed ? 1 : 0);
    }
}
